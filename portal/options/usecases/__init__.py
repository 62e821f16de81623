"""What changes a contract in force."""

from portal.options.usecases.exercising import exercise_option

__all__ = ["exercise_option"]
