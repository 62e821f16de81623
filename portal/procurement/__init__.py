"""The call: lots, capacity, option clauses, criteria and weights, questions, publishing."""
