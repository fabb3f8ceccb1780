"""Several studies: what a storage holds, results of other tools, and studies that grow."""
