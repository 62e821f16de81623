"""Meetings, the practices agreed there, and visits."""
