"""The documents of a procurement in one list, and their copies with the authority's seal."""
