"""Help where it is needed: the words of the house, a guide for each role, a first tour."""
