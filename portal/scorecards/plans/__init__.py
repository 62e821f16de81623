"""Improvement plans: what, who, by when, about which figure, and what the other side said of it."""
