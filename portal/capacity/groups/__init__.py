"""Groups of several offices: pooled call-offs, and the board of last seats."""
