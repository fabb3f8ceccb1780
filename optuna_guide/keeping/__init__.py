"""The guidance stays fresh while trials end."""
