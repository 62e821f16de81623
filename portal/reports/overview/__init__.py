"""What procurements and their contracts have cost, used, saved, and how long they took."""
