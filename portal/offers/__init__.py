"""Offers: drafts, files, submission with a receipt, sealing, opening."""
