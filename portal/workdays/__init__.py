"""Workdays recorded and accepted, and the invoice basis that follows from them."""
