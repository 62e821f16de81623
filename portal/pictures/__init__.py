"""The home page of each role: what waits, and the state of things as pictures with tables."""
