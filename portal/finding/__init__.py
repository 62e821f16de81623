"""Finding things again: the search that every page has, over what its reader may see."""
