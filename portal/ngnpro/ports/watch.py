"""The Watch port of our own server: alarms, and the state of the platform."""

from __future__ import annotations

from collections.abc import Sequence

from ngnpro_wire.watch import OPEN, PORT

from ..records.accounts import SipId
from ..records.watch import (
    Alarm,
    CallSearch,
    ContactsTo,
    DiversionsInCircles,
    DiversionTo,
    FoundCallPage,
    Health,
    Provisioning,
    Usage,
)
from .base import Port


class WatchPort(Port):
    """Calls of the Watch port, which AG Projects' server does not have: ``is_there`` tells whether this one does."""

    name = PORT

    @property
    def is_there(self) -> bool:
        """Whether the latest answer of the server, to a call of any port, says that it watches."""
        return self._caller.gate.watches and self.offers("getAlarms")

    def get_alarms(self, state: str = OPEN, limit: int = 0) -> tuple[Alarm, ...]:
        """List alarms, newest first; with the state ``UNTOLD`` those whose mails were not sent, oldest first."""
        return self._records(Alarm, self._read("getAlarms", state=state, limit=limit))

    def close_alarm(self, alarm: int) -> None:
        """Close an alarm."""
        self._write_blindly("closeAlarm", id=alarm)

    def confirm_alarms(self, last: int) -> None:
        """Note that the mails about all alarms up to a number were sent."""
        self._write_blindly("confirmAlarms", last=last)

    def get_diversions_to(self, address: SipId) -> tuple[DiversionTo, ...]:
        """List the diversions that lead to an address, of the accounts that the caller may see."""
        return self._records(DiversionTo, self._read("getDiversionsTo", sipId=address))

    def get_diversions_in_circles(self) -> DiversionsInCircles:
        """List the diversions that lead back to their account or into a circle, of the accounts the caller may see."""
        return self._record(DiversionsInCircles, self._read("getDiversionsInCircles"))

    def get_contacts_to(self, address: SipId) -> ContactsTo:
        """List the contacts of others that lead to an address, of the accounts that the caller may see."""
        return self._record(ContactsTo, self._read("getContactsTo", sipId=address))

    def get_missing_contacts(self, account: SipId, uris: Sequence[str]) -> tuple[str, ...]:
        """Return those of an account's contacts, at most a thousand, that name an account which does not exist."""
        return self._texts("getMissingContacts", sipId=account, uris=list(uris))

    def get_health(self) -> Health:
        """Return the state of the platform; ``NotPermitted`` for callers who may not manage routing."""
        return self._record(Health, self._read("getHealth"))

    def get_found_calls(self, query: CallSearch) -> FoundCallPage:
        """Search for calls of all accounts that the caller may see, newest first."""
        return self._record(FoundCallPage, self._read("getFoundCalls", query=query))

    def get_usage(self, domain: str = "", hours: int = 0) -> Usage:
        """Return how much domains were used in the last hours, 24 by default; ``Missing`` for an unknown domain."""
        return self._record(Usage, self._read("getUsage", domain=domain, hours=hours))

    def get_provisioning(self, hours: int = 0) -> Provisioning:
        """Return how the interface was used in the last hours, 24 by default; for administrators only."""
        return self._record(Provisioning, self._read("getProvisioning", hours=hours))
