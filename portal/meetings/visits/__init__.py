"""Visits to workplaces: planned as a day's route, made with notes and what may follow."""
