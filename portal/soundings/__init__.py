"""Sounding out: the needs of employment offices, drafts for comment, the market's answers."""
