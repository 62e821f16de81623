"""What the pages of provider cards show."""
