"""What waits for whom, and the reminders that go out about it."""
