"""What the pages of capacity in use show."""
