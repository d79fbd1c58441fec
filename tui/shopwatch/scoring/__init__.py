"""Pure functions over plain values: no file, no clock, no network, no terminal."""
