"""Reports, open data and bundles made from the records of all earlier rooms."""
