"""The accessibility statement, and what people say about the accessibility of the pages."""
