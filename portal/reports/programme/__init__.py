"""The programme's indicator table: what became of those who completed, and who had started."""
