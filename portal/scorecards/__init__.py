"""Scorecards of providers: indicators of a period beside assessed criteria, and the answer."""
