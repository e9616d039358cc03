"""What our own server watches by itself: alarms about calls, and the state of the platform (docs/platform.md)."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import SipId
from .base import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Record):
    """An alarm about the calls of an account. Read only.

    ``kind``: what raised it (``ngnpro_wire.watch``), with ``value`` and ``threshold``. ``blocked``: whether it blocked
    the account. ``closed``: whether somebody has closed it.
    """

    id: int
    sip_id: SipId
    time: str = ""
    kind: str = ""
    reseller: int = 0
    value: str = ""
    threshold: str = ""
    blocked: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversionTo(Record):
    """A diversion, found by where it leads: the account that has it, its condition (``FUNC`` …) and target. Read only.

    ``records.CallDiversions`` has the conditions as fields, in lower case.
    """

    sip_id: SipId
    condition: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState(Record):
    """The state of a gateway (``ngnpro_wire.watch``), and the SIP status of its last answer. Read only."""

    id: int = 0
    name: str = ""
    state: str = ""
    code: int = 0
    since: str = ""
    checked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthSample(Record):
    """The number of registered phones and of calls at a time; ``calls`` is ``None`` if it is not known. Read only."""

    time: str = ""
    phones: int = 0
    calls: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health(Record):
    """The states of gateways, and the samples of the last day, oldest first. Read only."""

    gateways: tuple[GatewayState, ...] = ()
    samples: tuple[HealthSample, ...] = ()
