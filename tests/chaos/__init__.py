"""Trials of what a machine may do to the portal; README.md lists the commands."""
