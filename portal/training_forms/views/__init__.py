"""The pages of forms of training; those of qualification units have a blueprint of their own."""

from portal.training_forms.views import units
from portal.training_forms.views.forms import bp

__all__ = ["bp", "units"]
