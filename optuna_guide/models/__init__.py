"""The models: a table and a loss in, numbers out; nothing here knows a study."""
