"""What the pages of the call show, each page's whole data in one call."""
