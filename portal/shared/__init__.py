"""Plain Python that every room may use: refusals, the clock, exact numbers, names in languages."""
