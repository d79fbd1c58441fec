"""The commands, a module each: `run(here)` does it and returns the exit code. `here` is what they share."""
