"""An offer worked on in a spreadsheet: downloaded, filled in by many, read back cell by cell."""
