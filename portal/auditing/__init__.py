"""The auditor's pages: the audit record searched, checked and taken out."""
