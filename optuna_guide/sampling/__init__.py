"""Where the next trial goes."""
