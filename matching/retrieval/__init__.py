"""Which names could be meant: an index of arrays over all listed names, read where it lies on disk."""
