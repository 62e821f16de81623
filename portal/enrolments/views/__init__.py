"""The pages of people in trainings."""

from portal.enrolments.views import going, mine, needs, selecting, staff, trainings
from portal.enrolments.views.blueprint import bp

__all__ = ["bp", "going", "mine", "needs", "selecting", "staff", "trainings"]
