"""Calls, registered devices and prepaid accounts.

Contract: getCalls, getSipDeviceLocations; addBalance, getPrepaidStatus, getCreditHistory. Amounts are in the platform's
currency.
"""

from __future__ import annotations

import quopri
from dataclasses import dataclass
from datetime import UTC, datetime

from .base import Record, wire_field


def _unquoted(text: str) -> str:
    """Decode quoted-printable text, which NGNPro uses for texts from SIP messages."""
    return quopri.decodestring(text.encode()).decode(errors="replace")


def _names(texts: list[str]) -> tuple[str, ...]:
    """Split media names; NGNPro sends them all in the first item, separated by commas."""
    named = ",".join(_unquoted(text) for text in texts if text)
    return tuple(name.strip() for name in named.split(",") if name.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuery(Record):
    """The period and number of calls to list.

    ``from_date`` and ``to_date``: Unix seconds, 0 for no limit. ``limit``: maximum number of calls, 0 for all.
    """

    from_date: int = 0
    to_date: int = 0
    limit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsQuery(Record):
    """The calls to list in each direction; ``None`` leaves a direction out."""

    placed: CallQuery | None = None
    received: CallQuery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Record):
    """One call. Read only.

    ``from_uri``, ``to_uri``, ``from_header``: addresses. ``start_time``, ``stop_time``: Unix seconds, the
    latter 0 during the call. ``duration``: seconds. ``status``: SIP code. ``price``: in the platform's
    currency. ``session_id``, ``from_tag``, ``to_tag``, ``proxy_ip``: the key of its trace.
    ``application_types``: media, e.g. ``audio``.
    """

    from_uri: str = wire_field("", name="fromURI", read=_unquoted)
    to_uri: str = wire_field("", name="toURI", read=_unquoted)
    from_header: str = wire_field("", read=_unquoted)
    start_time: int = 0
    stop_time: int = 0
    duration: int = 0
    status: int = 0
    price: float = 0.0
    session_id: str = wire_field("", read=_unquoted)
    from_tag: str = wire_field("", read=_unquoted)
    to_tag: str = wire_field("", read=_unquoted)
    proxy_ip: str = wire_field("", name="proxyIP")
    application_types: tuple[str, ...] = wire_field((), read=_names)
    rate: str = ""

    @property
    def started(self) -> datetime | None:
        """The time at which the call began (UTC), or ``None`` if it is unknown."""
        return datetime.fromtimestamp(self.start_time, UTC) if self.start_time else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls(Record):
    """Calls of an account, newest first."""

    placed: tuple[Call, ...] = ()
    received: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTotals(Record):
    """The number of calls, and their price in the platform's currency."""

    calls: int = 0
    price: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStatistics(Record):
    """The totals of a period, by direction."""

    placed: CallTotals = CallTotals()
    received: CallTotals = CallTotals()


@dataclass(frozen=True, slots=True, kw_only=True)
class SipDeviceLocation(Record):
    """A registered device.

    ``address``, ``port``: its own contact address. ``public_address``, ``public_port``: the address that the proxy
    sees, empty if it is the same. ``expires``: seconds left. ``transport``: ``udp``, ``tcp`` or ``tls``.
    """

    address: str = ""
    port: int = 0
    public_address: str = ""
    public_port: int = 0
    expires: int = 0
    user_agent: str = ""
    transport: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipDeviceLocations(Record):
    """The registered devices of one account."""

    locations: tuple[SipDeviceLocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidCard(Record):
    """A voucher: its ``id``, and the secret ``number`` of 11 to 15 digits."""

    id: int
    number: str = wire_field("", secret=True, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidStatus(Record):
    """The balance of one account; only old platforms fill the other members."""

    balance: float = 0.0
    call_in_progress: str = ""
    max_session_time: str = ""
    destination: str = ""
    last_call_price: str = ""
    session_time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceChange(Record):
    """The balance before and after a change."""

    old_balance: float = wire_field(0.0, name="old_balance")
    new_balance: float = wire_field(0.0, name="new_balance")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditHistoryEntry(Record):
    """One movement of a balance.

    ``date`` begins with ``YYYY-MM-DD``. ``action``: its type. ``value``: negative for expenses.
    ``balance``: the balance afterwards. ``session``: call id, for a call. ``number``: from old platforms.
    """

    date: str = ""
    action: str = ""
    description: str = ""
    value: float = 0.0
    balance: float = 0.0
    session: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditHistory(Record):
    """The movements of a balance, newest first."""

    entries: tuple[CreditHistoryEntry, ...] = ()
