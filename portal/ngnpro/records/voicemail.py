"""Mailboxes (contract: VoicemailAccount, VoicemailOptions)."""

from __future__ import annotations

from dataclasses import dataclass

from .accounts import SipId
from .base import Record, wire


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailOptions(Record):
    """``delete``: messages are mailed and not stored."""

    delete: bool = wire(True, always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailAccount(Record):
    """The mailbox of a SIP account.

    ``sip_id``: the account; the key. ``password``: PIN, digits. ``email``: where messages are mailed.
    ``mailbox``: its number, given by the server; read only, as is ``info``.
    """

    sip_id: SipId
    name: str = wire("", always=True)
    password: str = wire("", always=True, secret=True)
    email: str = wire("", always=True)
    options: VoicemailOptions = VoicemailOptions()
    mailbox: str = ""
    info: str = ""
