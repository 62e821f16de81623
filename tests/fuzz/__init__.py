"""What hostile readers and hostile texts do to the portal, tried form by form and page by page."""
