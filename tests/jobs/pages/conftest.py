"""The call of the evaluation's tests, of which there is long work to do."""

from tests.evaluation.conftest import call, evaluating

__all__ = ["call", "evaluating"]
