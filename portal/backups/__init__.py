"""Backups of a running installation, and the way back from one.

Everything that is kept stands in the database, files encrypted, so that a consistent copy of it is
a whole backup. The installation's keys are never in one: whoever has a backup alone reads nothing
sealed, and whoever has lost the keys cannot use it.
"""
