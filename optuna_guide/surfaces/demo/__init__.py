"""The demo: a real study, run in a terminal, or run with and without guidance."""
