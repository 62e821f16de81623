"""Capacity in use: the ledger of a contract, its call-offs, and the trainings they become."""
