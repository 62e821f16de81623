"""What the pages of needs and soundings show, each page's whole data in one call."""
