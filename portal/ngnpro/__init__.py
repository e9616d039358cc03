"""The typed client through which the portal makes all calls to NGNPro; without Django, also usable from scripts."""

from . import errors
from .batch import CallOutcome, CallPlan
from .client import Ngnpro
from .engines import Credentials, Engine
from .proxy import Proxy
from .query import OrderBy, Pattern, Query, Range, RecordPage, pattern_beginning
from .reports import CallReport

__all__ = [
    "CallOutcome",
    "CallPlan",
    "CallReport",
    "Credentials",
    "Engine",
    "Ngnpro",
    "OrderBy",
    "Pattern",
    "Proxy",
    "Query",
    "Range",
    "RecordPage",
    "errors",
    "pattern_beginning",
]
