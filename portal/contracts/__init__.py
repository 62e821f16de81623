"""The contract: concluded from the award, approved by both sides, kept with its hash."""
