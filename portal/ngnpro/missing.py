"""Operations that a server said it does not have, although its WSDL describes them.

A platform need not have rating, presence or a network of nodes, and its WSDL is the same (contract: ports.*). So what
a server says about these ports is remembered for an hour, and the portal does not offer their pages meanwhile.
"""

from __future__ import annotations

import re
import time

PORTS = frozenset({"Rating", "Network", "Presence"})
SECONDS = 3600.0
_LONGEST = 500
# What SOAP libraries say, which know no codes of NGNPro: Twisted and SOAPpy ("Method x not found"), PHP ("Function
# ("x") doesn't exist"), Axis ("No such operation"), gSOAP ("Method 'x' not implemented"), CXF ("was not recognized").
_UNKNOWN = re.compile(
    r"\b(no such|unknown|unsupported) (soap )?(method|operation|function|procedure|port)\b"
    r"|\b(method|operation|function|procedure)\b.{0,100}?"
    r"\b(not found|doesn't exist|does not exist|not implemented|not recognized|not supported|undefined)\b",
    re.IGNORECASE | re.DOTALL,
)


def says_unknown(text: str) -> bool:
    """Return whether the text of a fault without a code says that a server does not have the operation."""
    return _UNKNOWN.search(text[:_LONGEST]) is not None


class MissingOperations:
    """The operations of ``PORTS`` that one server does not have, each until it has to be tried again."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}

    def note(self, port: str, operation: str) -> None:
        """Remember that the server does not have an operation."""
        if port in PORTS:
            self._until[port, operation] = time.monotonic() + SECONDS

    def has(self, port: str, operation: str) -> bool:
        """Return whether the server said so within the last hour."""
        return self._until.get((port, operation), 0.0) > time.monotonic()
