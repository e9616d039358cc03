"""Mailboxes (contract: VoicemailAccount, VoicemailOptions)."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import SipId
from .base import Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailOptions(Record):
    """Options of a mailbox. ``delete``: messages are sent by e-mail and not stored."""

    delete: bool = wire_field(True, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailAccount(Record):
    """The mailbox of a SIP account.

    ``sip_id``: the account; the key. ``password``: PIN, digits. ``email``: address that messages are sent to.
    ``mailbox``: its number, assigned by the server; read only, as is ``info``.
    """

    sip_id: SipId
    name: str = wire_field("", always=True)
    password: str = wire_field("", always=True, secret=True)
    email: str = wire_field("", always=True)
    options: VoicemailOptions = VoicemailOptions()
    mailbox: str = ""
    info: str = ""
