"""The Presence port: what others see of an account, and who wants to see it.

On AG Projects' platform it is another service, which knows no login but the password of the account.
"""

from __future__ import annotations

from ..records.accounts import SipId
from ..records.network import PresenceInformation, PresencePolicy, Watcher
from .base import Port


class PresencePort(Port):
    """Calls of the Presence port (contract: ports.Presence); ``password`` is that of the account, if it is known."""

    name = "Presence"

    def set_presence_information(self, sip_id: SipId, information: PresenceInformation, password: str = "") -> None:
        """Replace what others see of an account; ``NotOffered`` if the platform has no presence."""
        self._write_blindly("setPresenceInformation", sipId=sip_id, password=password, information=information)

    def get_presence_information(self, sip_id: SipId, password: str = "") -> PresenceInformation:
        """Fetch what others see of an account; empty if nothing is known."""
        answer = self._read("getPresenceInformation", sipId=sip_id, password=password)
        return self._record(PresenceInformation, answer)

    def delete_presence_information(self, sip_id: SipId, password: str = "") -> None:
        """Remove what ``set_presence_information`` has set."""
        self._write_blindly("deletePresenceInformation", sipId=sip_id, password=password)

    def get_watchers(self, sip_id: SipId, password: str = "") -> tuple[Watcher, ...]:
        """List who wants to see the presence of an account."""
        return self._records(Watcher, self._read("getWatchers", sipId=sip_id, password=password))

    def set_policy(self, sip_id: SipId, policy: PresencePolicy, password: str = "") -> None:
        """Replace who may see the presence of an account; ``NotOffered`` if the platform does not store it."""
        self._write_blindly("setPolicy", sipId=sip_id, password=password, policy=policy)

    def get_policy(self, sip_id: SipId, password: str = "") -> PresencePolicy:
        """Fetch who may see the presence of an account; without members if nothing is stored."""
        return self._record(PresencePolicy, self._read("getPolicy", sipId=sip_id, password=password))
