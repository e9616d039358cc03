"""The exceptions of calls to NGNPro, as one tree.

::

    NgnproError
    ├── Refusal             NGNPro answered with a fault: code, text, field
    │   ├── AlreadyExists
    │   ├── Missing
    │   ├── NotPermitted
    │   ├── BadLogin
    │   ├── Locked          the login is locked out for some time
    │   ├── InvalidValue    field is the wire name of the member
    │   ├── CreditExhausted
    │   ├── InUse
    │   ├── ChangedMeanwhile  the record was changed since it was read
    │   ├── NotOffered      this server has no such operation
    │   └── OtherRefusal
    ├── Outage              no usable answer: engine, endpoint, since, sent, nothing_changed
    │   ├── ConnectionFailed
    │   ├── TimedOut
    │   ├── TlsFailed
    │   ├── NotSoap
    │   ├── ServiceLoginRefused  NGNPro refuses the login in the engine's settings: the operator has to correct it
    │   └── Uncertain       a write whose answer was lost, and that could not be verified
    └── Unusable            an engine's settings or WSDL file cannot be used
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta


class NgnproError(Exception):
    """The base class of all failures of a call."""


class Refusal(NgnproError):
    """NGNPro answered with a fault. Nothing was changed.

    ``code`` is NGNPro's fault code (0 if the fault had none), ``text`` its text, ``field`` the wire name
    of the invalid member if NGNPro named one.
    """

    def __init__(self, code: int, text: str, field: str | None = None) -> None:
        super().__init__(f"{text} ({code})" if code else text)
        self.code = code
        self.text = text
        self.field = field

    def __reduce__(self) -> tuple[type[Refusal], tuple[int, str, str | None]]:
        return type(self), (self.code, self.text, self.field)


class AlreadyExists(Refusal):
    """A record with this key exists already."""


class Missing(Refusal):
    """The record does not exist, or the caller may not see it."""


class NotPermitted(Refusal):
    """The caller does not have the right to do this."""


class BadLogin(Refusal):
    """NGNPro does not accept the caller's username and password."""


class Locked(Refusal):
    """NGNPro has locked out this login for some time after wrong passwords; it refuses even the right password."""

    @property
    def wait(self) -> timedelta | None:
        """The duration of the lockout, if NGNPro's text has it in seconds, as our server's does (docs/faults.md)."""
        found = re.search(r"\b(\d{1,6}) seconds\b", self.text)
        return timedelta(seconds=int(found[1])) if found else None


class InvalidValue(Refusal):
    """A value is invalid; ``field`` is the name of the member."""


class CreditExhausted(Refusal):
    """The caller's customer may not create more records of this type."""


class InUse(Refusal):
    """Other records still depend on the record."""


class ChangedMeanwhile(Refusal):
    """The record was changed since it was read; nothing was overwritten."""


class NotOffered(Refusal):
    """The server does not have the operation."""


class OtherRefusal(Refusal):
    """A refusal with a code that this client does not know; ``text`` is NGNPro's."""


class Outage(NgnproError):
    """NGNPro gave no usable answer.

    ``engine``: the engine's name. ``endpoint``: the host and port called. ``since``: when the failures began
    (UTC). ``sent``: whether NGNPro may have received the call. ``nothing_changed``: whether it is certain that
    no change was made, because the call was not sent or because reading the record back showed it.
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
    """No connection could be made, or it broke before the answer was complete."""


class TimedOut(Outage):
    """NGNPro did not answer within the engine's time limit."""


class TlsFailed(Outage):
    """The server's certificate is not trusted, or no secure connection could be negotiated."""


class NotSoap(Outage):
    """The answer is not that of an NGNPro server."""


class ServiceLoginRefused(Outage):
    """NGNPro refuses or has locked out the login in the engine's settings.

    It is an outage and not a ``BadLogin``: no user typed this password, and only an operator can correct it.
    """


class Uncertain(Outage):
    """A change was sent, its answer was lost, and reading back did not show whether it was made."""


class Unusable(NgnproError):
    """An engine's settings or its WSDL file cannot be used; the text says which and why."""
