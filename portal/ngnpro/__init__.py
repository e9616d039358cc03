"""The typed client through which the portal makes all calls to NGNPro; without Django, also usable from scripts."""

from . import errors
from .batch import Outcome, Plan
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
    "Outcome",
    "Page",
    "Pattern",
    "Plan",
    "Proxy",
    "Query",
    "Range",
    "beginning",
    "errors",
]
