"""The one boundary through which offers and files are kept, always encrypted."""
