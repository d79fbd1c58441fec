"""The parts of a screen, one a file. A pane draws one part of the board and knows nothing behind it."""
