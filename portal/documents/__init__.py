"""HTML turned into PDF: same input, same bytes; kept with their hash."""
