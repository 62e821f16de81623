"""The call of the evaluation's tests, so that a bundle can be made at any stage of it."""

from tests.evaluation.conftest import call, evaluating

__all__ = ["call", "evaluating"]
