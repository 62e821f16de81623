"""What the portal knows about people: how long, for what, and who has read it."""
