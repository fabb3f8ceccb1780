"""What a parameter is: its range, parts of it, and how values are written."""
