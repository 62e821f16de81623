"""Feedback in its simplest form, and the proposals in it."""
