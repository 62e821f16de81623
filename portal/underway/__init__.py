"""One's own long work: how far it is, and what has come of it."""
