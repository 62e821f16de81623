"""What the pages of people in trainings read."""
