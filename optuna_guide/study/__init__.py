"""A study, read: trials as tables and columns, targets, and how each trial came to be."""
