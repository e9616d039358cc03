"""The Voicemail port: mailboxes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from portal.ngnpro.records.handling import VoicemailAccount

from ..records.accounts import SipId
from .base import Port, or_none


class VoicemailPort(Port):
    """Calls of the Voicemail port (contract: ports.Voicemail), which may have an address of its own."""

    name = "Voicemail"

    def add_account(self, account: VoicemailAccount) -> VoicemailAccount:
        """Add a mailbox and return it as stored, with its number; ``AlreadyExists`` if the account has one."""
        return self._add("addAccount", "account", account, partial(or_none, self.get_account, account.sip_id))

    def update_account(self, account: VoicemailAccount) -> VoicemailAccount:
        """Replace a mailbox and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateAccount", "account", account, partial(or_none, self.get_account, account.sip_id))

    def delete_account(self, sip_id: SipId) -> None:
        """Delete a mailbox with its messages; ``Missing`` if it does not exist."""
        self._delete("deleteAccount", partial(or_none, self.get_account, sip_id), sipId=sip_id)

    def get_account(self, sip_id: SipId) -> VoicemailAccount:
        """Fetch the mailbox of a SIP account; ``Missing`` if the mailbox or the account does not exist."""
        mailbox = self._record(VoicemailAccount, self._read("getAccount", sipId=sip_id))
        return mailbox if mailbox.sip_id.username else replace(mailbox, sip_id=sip_id)

    def set_announcement(self, sip_id: SipId, message: bytes) -> None:
        """Replace the greeting by a sound file; a lost answer raises ``Uncertain``, as it cannot be read back."""
        self._write_blindly("setAnnouncement", sipId=sip_id, message=message)
