"""Client of the REST API of the NGNPro portal."""

from .errors import NotAllowed, NotFound, PortalAway, PortalError, RecordChanged, WrongValues
from .portal import Portal, Record

__all__ = [
    "NotAllowed",
    "NotFound",
    "Portal",
    "PortalAway",
    "PortalError",
    "Record",
    "RecordChanged",
    "WrongValues",
]
