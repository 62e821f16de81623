"""Forms of records and invoices: shape and type only."""
