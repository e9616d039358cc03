"""Forms of the accounts room."""

from .adding import AccountAddForm
from .base import AccountForm
from .editing import AccountEditForm
from .filters import AccountFilterForm

__all__ = ["AccountAddForm", "AccountEditForm", "AccountFilterForm", "AccountForm"]
