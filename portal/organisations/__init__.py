"""Organisations, people, their roles, and how they log in."""
