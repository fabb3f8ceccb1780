"""A person's hand on a running study."""
