"""The forms of the call."""
