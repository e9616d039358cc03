"""The portal's only door to NGNPro: typed, without Django, and usable alone from a script."""

from . import errors
from .client import Ngnpro
from .engines import Credentials, Engine
from .gate import CallReport
from .proxy import Proxy
from .query import OrderBy, Page, Pattern, Query, Range, beginning

__all__ = [
    "CallReport",
    "Credentials",
    "Engine",
    "Ngnpro",
    "OrderBy",
    "Page",
    "Pattern",
    "Proxy",
    "Query",
    "Range",
    "beginning",
    "errors",
]
