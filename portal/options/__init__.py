"""Options exercised, other changes of a contract, and contracts that pass on."""
