"""Forms of needs and soundings: shape and type only."""
