"""Workplaces with a named workplace instructor, found and confirmed, and who is placed there."""
