"""Client panels: a round of feedback over several trainings, and what was done about it."""
