"""Several providers' contracts that are ranked: call-offs go down, or a competition decides."""
