"""The register of providers: their cards, and the search that answers beside a client."""
