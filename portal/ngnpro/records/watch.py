"""What our own server watches by itself: alarms about calls, and the state of the platform (docs/platform.md)."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import SipId
from .base import Record
from .calls import Call


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
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiversionsInCircles(Record):
    """Diversions whose calls go round in a circle, and whether there are ``more``, not looked at. Read only."""

    diversions: tuple[DiversionTo, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTo(Record):
    """A contact, found by where it leads: the account that has it, and its address. Read only."""

    sip_id: SipId
    uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsTo(Record):
    """The first contacts that lead to an address, and whether there are ``more``. Read only."""

    contacts: tuple[ContactTo, ...] = ()
    more: bool = False


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSearch(Record):
    """What calls to search for; empty members match all.

    ``username``: how the username of either side begins, or with ``domain`` the whole username. ``digits``: a part of
    the number of either side. ``from_date``, ``to_date``: Unix seconds, the latter exclusive.
    """

    call_id: str = ""
    username: str = ""
    digits: str = ""
    domain: str = ""
    from_date: int = 0
    to_date: int = 0
    start: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAccount(Record):
    """An account that was found by its phone, with the phone's ``user_agent``, or by its ``voucher``. Read only."""

    sip_id: SipId
    user_agent: str = ""
    voucher: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCall(Call):
    """A call, with the addresses of the accounts on its sides that the viewer may see. Read only."""

    from_account: str = ""
    to_account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCallPage(Record):
    """A part of the calls that were found, newest first, and whether there are more. Read only."""

    calls: tuple[FoundCall, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSample(Record):
    """How much domains were used in the hour that began at ``time`` (UTC). Read only.

    ``registered``: accounts with a phone online at its end; ``calls``: answered calls that began in it, and their
    length in ``seconds``.
    """

    time: str = ""
    registered: int = 0
    calls: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainUsage(Record):
    """How much a domain was used in a period; ``registered`` at the end of its last hour. Read only."""

    domain: str = ""
    registered: int = 0
    calls: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Record):
    """The hours that were counted, oldest first, and the domains with most calls. Read only."""

    samples: tuple[UsageSample, ...] = ()
    domains: tuple[DomainUsage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisioningSample(Record):
    """The calls of the interface in the ten minutes that began at ``time`` (UTC), and their time in all. Read only."""

    time: str = ""
    calls: int = 0
    faults: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisioningShare(Record):
    """The calls of one operation from one address; without an address, the login was refused. Read only."""

    port: str = ""
    operation: str = ""
    address: str = ""
    calls: int = 0
    faults: int = 0
    milliseconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioning(Record):
    """How the interface was used: every ten minutes with calls, oldest first, and by operation. Read only."""

    samples: tuple[ProvisioningSample, ...] = ()
    shares: tuple[ProvisioningShare, ...] = ()
