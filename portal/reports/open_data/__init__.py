"""Open data: each procurement as releases and a record of the Open Contracting Data Standard."""
