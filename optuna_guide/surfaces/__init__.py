"""Where people meet the guidance."""
