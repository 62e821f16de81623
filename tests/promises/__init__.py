"""What the portal promises, and the figures with which the tests keep it."""
