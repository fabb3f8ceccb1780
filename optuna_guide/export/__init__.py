"""A study's guidance to take away: JSON with a schema, a CSV of trials, Markdown."""
