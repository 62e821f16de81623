"""The call of the evaluation's tests, whose record is read at any stage of it."""

from tests.evaluation.conftest import call, evaluating

__all__ = ["call", "evaluating"]
