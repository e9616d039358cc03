"""Pages of the customers room."""

from .adding import CustomerAdd, CustomerAdded, CustomerAddWithDomain, CustomerCopy, ResellerAdd
from .lists import CustomerSearch, ResellerList, ResellerSuggest
from .record import CustomerDelete, CustomerDetail, CustomerEdit

__all__ = [
    "CustomerAdd",
    "CustomerAddWithDomain",
    "CustomerAdded",
    "CustomerCopy",
    "CustomerDelete",
    "CustomerDetail",
    "CustomerEdit",
    "CustomerSearch",
    "ResellerAdd",
    "ResellerList",
    "ResellerSuggest",
]
