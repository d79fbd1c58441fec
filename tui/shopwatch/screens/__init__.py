"""The screens, one a file, with its style beside it. A screen lays out panes and says what a key opens."""
