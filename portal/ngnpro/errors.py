"""Everything that can go wrong between the portal and NGNPro, as one tree.

::

    NgnproError
    ├── Refusal             NGNPro answered, and said no: code, text, field
    │   ├── AlreadyExists
    │   ├── Missing
    │   ├── NotPermitted
    │   ├── BadLogin
    │   ├── Locked          the login is locked for a while: wait
    │   ├── InvalidValue    field is the member on the wire
    │   ├── CreditExhausted
    │   ├── InUse
    │   ├── ChangedMeanwhile  somebody else changed the record since it was read
    │   ├── NotOffered      this server has no such operation
    │   └── OtherRefusal
    ├── Outage              no usable answer: engine, endpoint, since, sent, nothing_changed
    │   ├── ConnectionFailed
    │   ├── TimedOut
    │   ├── TlsFailed
    │   ├── NotSoap
    │   ├── ServiceLoginRefused  the login in the engine's settings is refused: a problem of the operator
    │   └── Uncertain       a write whose answer was lost, and that could not be verified
    └── Unusable            an engine's settings or WSDL file cannot be used
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta


class NgnproError(Exception):
    """Is raised for every failure of a call; catch a subclass where you can do something about it."""


class Refusal(NgnproError):
    """Says that NGNPro answered with a fault, and that nothing was changed.

    ``code`` is NGNPro's number (0 where the fault had none), ``text`` its own words, ``field`` the wire name
    of the member at fault where NGNPro named one.
    """

    def __init__(self, code: int, text: str, field: str | None = None) -> None:
        super().__init__(f"{text} ({code})" if code else text)
        self.code = code
        self.text = text
        self.field = field

    def __reduce__(self) -> tuple[type[Refusal], tuple[int, str, str | None]]:
        return type(self), (self.code, self.text, self.field)


class AlreadyExists(Refusal):
    """Says that a record with this identity is there already."""


class Missing(Refusal):
    """Says that the record is not there, or not the caller's to see."""


class NotPermitted(Refusal):
    """Says that the caller's rights do not reach so far."""


class BadLogin(Refusal):
    """Says that NGNPro does not accept the caller's name and password."""


class Locked(Refusal):
    """Says that NGNPro has locked this login for a while because of wrong passwords, whatever the password."""

    @property
    def wait(self) -> timedelta | None:
        """How long the lock lasts, where NGNPro's text says so in seconds, as our server's does (docs/faults.md)."""
        found = re.search(r"\b(\d{1,6}) seconds\b", self.text)
        return timedelta(seconds=int(found[1])) if found else None


class InvalidValue(Refusal):
    """Says that a value breaks a rule; ``field`` names the member."""


class CreditExhausted(Refusal):
    """Says that the caller's customer may create no more records of this kind."""


class InUse(Refusal):
    """Says that something else still depends on the record."""


class ChangedMeanwhile(Refusal):
    """Says that somebody else has changed the record since it was read; nothing was overwritten."""


class NotOffered(Refusal):
    """Says that this server has no such operation."""


class OtherRefusal(Refusal):
    """Says no for a reason that this portal has no word for: ``text`` is what NGNPro said."""


class Outage(NgnproError):
    """Says that there was no usable answer.

    ``engine`` is its name, ``endpoint`` the host and port asked, ``since`` when the failures began (UTC).
    ``sent`` tells whether NGNPro may have received the call, ``nothing_changed`` whether a change is known
    not to have been made: because the call was not sent, or because reading back showed so.
    """

    def __init__(
        self, text: str, *, engine: str = "", endpoint: str = "", since: datetime | None = None, sent: bool = False
    ) -> None:
        super().__init__(text)
        self.text = text
        self.engine = engine
        self.endpoint = endpoint
        self.since = since
        self.sent = sent
        self.nothing_changed = not sent


class ConnectionFailed(Outage):
    """Says that no connection could be made, or that it broke before the answer was whole."""


class TimedOut(Outage):
    """Says that NGNPro did not answer within the engine's time limit."""


class TlsFailed(Outage):
    """Says that the server could not prove who it is, or that no secure connection could be agreed."""


class NotSoap(Outage):
    """Says that something answered, but not as an NGNPro server does."""


class ServiceLoginRefused(Outage):
    """Says that NGNPro refuses or has locked the login in the engine's settings, which no person typed.

    An outage and not a ``BadLogin``: nobody's password is wrong, and only an operator can end it.
    """


class Uncertain(Outage):
    """Says that a change was sent, its answer was lost, and reading back could not tell whether it was made."""


class Unusable(NgnproError):
    """Says that an engine's settings or its WSDL file cannot be used; the text says which and why."""
