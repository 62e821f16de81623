"""What is done with data about people."""

from portal.privacy.usecases.periods import bring_periods, kinds_of, proposal_for, set_retention

__all__ = ["bring_periods", "kinds_of", "proposal_for", "set_retention"]
