"""Whether everybody can use the pages: every page of every reader, in a real browser."""
