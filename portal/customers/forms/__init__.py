"""Forms of the customers room."""

from .adding import CopyForm, CustomerAddForm, ResellerAddForm, StartForm
from .editing import CustomerEditForm, CustomerFilterForm
from .fields import ResellerField

__all__ = [
    "CopyForm",
    "CustomerAddForm",
    "CustomerEditForm",
    "CustomerFilterForm",
    "ResellerAddForm",
    "ResellerField",
    "StartForm",
]
