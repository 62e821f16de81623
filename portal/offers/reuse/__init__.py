"""Using an own earlier offer again, and what changed: between calls, and since submitting."""
