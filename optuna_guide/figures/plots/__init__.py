"""The panels as plotly figures for Python and notebooks, of a study or of its guidance."""
