"""The criteria bank: reviewed texts, read from the criteria folder."""
