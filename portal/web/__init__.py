"""What every page needs: the transaction at the edge, htmx, fields, formats, errors."""
