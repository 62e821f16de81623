"""What the records of trainings add up to: shares, means and numbers, with the rows behind each."""
