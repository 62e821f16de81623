"""The archive bundle of a procurement: all of it in one ZIP that is checked without the portal."""
