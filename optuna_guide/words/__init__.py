"""The guidance in words."""
