"""Results of other tools become a study: files, layouts, columns, trials."""
