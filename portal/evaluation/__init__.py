"""Interests, suitability, assessments, joint scores, ranking, award, decision, standstill."""
