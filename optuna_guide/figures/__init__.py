"""The guidance in pictures."""
