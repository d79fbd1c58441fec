"""Boards and rules on paper: what is printed rather than shown on a screen."""
