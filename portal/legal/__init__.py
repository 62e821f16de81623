"""What the law sets: dated values with their source, and the working days."""
