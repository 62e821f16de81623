"""What is done with meetings."""

from portal.meetings.usecases.holding import approve_minutes, hold_meeting

__all__ = ["approve_minutes", "hold_meeting"]
