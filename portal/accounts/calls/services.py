"""Services of the call pages besides the log: phonebook names, traces of a call, and changes of the balance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from portal.accounts.calls.choices import REACH
from portal.accounts.calls.log import CallLine, Names, plain_address
from portal.accounts.calls.refunds import WORD, find_entry, is_refund, refunded_marks
from portal.accounts.status import Unknown, fetch_or_unknown
from portal.core.record_locks import record_lock
from portal.core.search_text import fits_pattern
from portal.core.templatetags.portal import parse_moment
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, Range, errors
from portal.ngnpro.records import (
    BalanceChange,
    MediaStream,
    MediaTrace,
    MediaTraceFilter,
    PhonebookEntry,
    PrepaidCard,
    SipAccount,
    SipId,
    SipTraceFilter,
    SipTraceMessage,
)

# The maximum number of contacts to fetch for the names of calls.
CONTACTS = 2000
HIDDEN = "(hidden)"
# Credentials and media keys (RFC 3261, section 22; RFC 4568, section 9.1) are never shown.
_SECRETS = re.compile(r"^((?:Proxy-)?Authorization:|a=crypto:|k=)(?:[^\r\n]|\r?\n[ \t])*", re.IGNORECASE | re.MULTILINE)


def names_in_phonebook(ngnpro: Ngnpro, sip_id: SipId) -> Names:
    """Fetch the phonebook in one request and return a function that returns the name for an address."""
    book = fetch_or_unknown(lambda: ngnpro.sip.get_phonebook_entries(sip_id, window=Range(0, CONTACTS)).entries)
    return names_of(() if isinstance(book, Unknown) else book)


def names_of(entries: Sequence[PhonebookEntry]) -> Names:
    """Return a function that returns the name for an address; ``%`` in an entry matches any characters."""
    named = {_key(plain_address(entry.uri)): entry.name for entry in entries if entry.name}
    wild = [(uri, name) for uri, name in named.items() if "%" in uri]

    def name_of(address: str) -> str:
        known = named.get(_key(address))
        return known or next((name for uri, name in wild if fits_pattern(uri, address, "%")), "")

    return name_of


def _key(address: str) -> str:
    """Normalize an address for comparison: +31… and 0031… become the same."""
    user, at, host = address.partition("@")
    number = re.fullmatch(r"(?:\+|00)([1-9][0-9]{5,})", user)
    return f"{number[1]}{at}{host}" if number else address


@dataclass(frozen=True, slots=True)
class TraceMessage:
    """One SIP message for display: first line, sender, receiver, seconds after the first message, and text."""

    title: str
    sender: str
    receiver: str
    after: int
    text: str
    is_request: bool


@dataclass(frozen=True, slots=True)
class CallTraces:
    """The SIP and media traces of a call; each may be ``Unknown`` with the reason why it is not available."""

    messages: list[TraceMessage] | Unknown
    media: MediaTrace | Unknown

    @property
    def one_way(self) -> str:
        """Return a warning if media went in one direction only, the usual cause of calls without sound; else empty."""
        return "" if isinstance(self.media, Unknown) else silent_side(self.media)


def silent_side(media: MediaTrace) -> str:
    """Return a warning if media of a call went in one direction only; else empty."""
    one_way = (one for one in media.streams if bool(one.caller_packets) != bool(one.callee_packets))
    return next(map(_silent, one_way), "")


def _silent(stream: MediaStream) -> str:
    silent = _("the called side") if stream.caller_packets else _("the calling side")
    return _("No %(media)s packets came from %(side)s, so it was heard or seen in one direction only.") % {
        "media": stream.media_type,
        "side": silent,
    }


def fetch_call_traces(ngnpro: Ngnpro, line: CallLine) -> CallTraces:
    """Fetch the SIP trace and the media trace of a call, with two requests."""
    call = line.call
    named: dict[str, Any] = {
        "node_ip": call.proxy_ip,
        "call_id": call.session_id,
        "from_tag": call.from_tag,
        "to_tag": call.to_tag,
    }
    return CallTraces(
        messages=fetch_or_unknown(lambda: messages_of(ngnpro.sip.get_sip_trace(SipTraceFilter(**named)))),
        media=fetch_or_unknown(lambda: find_media(ngnpro, MediaTraceFilter(**named))),
    )


def find_media(ngnpro: Ngnpro, named: MediaTraceFilter) -> MediaTrace | Unknown:
    """Fetch the media trace of a call, or say why there is none."""
    try:
        return ngnpro.sip.get_media_trace(named)
    except errors.Missing:
        return Unknown(
            _("None: the media did not pass a relay of the platform, or the data that the relay stored has expired.")
        )


def messages_of(trace: Sequence[SipTraceMessage]) -> list[TraceMessage]:
    """Return messages in a readable form, without credentials."""
    moments = [parse_moment(one.time_stamp) for one in trace]
    first = next((moment for moment in moments if moment), None)
    return [
        TraceMessage(
            title=_title(one),
            sender=_end(one.from_ip, one.from_port),
            receiver=_end(one.to_ip, one.to_port),
            after=int((moment - first).total_seconds()) if moment and first else 0,
            text=without_secrets(one.message),
            is_request=not one.message.startswith("SIP/2.0"),
        )
        for one, moment in zip(trace, moments, strict=True)
    ]


def without_secrets(message: str) -> str:
    """Return a SIP message with its credentials and media keys hidden."""
    return _SECRETS.sub(lambda match: f"{match[1]} {HIDDEN}", message)


def _title(one: SipTraceMessage) -> str:
    return one.message.partition("\n")[0].strip()[:200] or f"{one.method} {one.status}".strip()


def _end(ip: str, port: int) -> str:
    return f"{ip}:{port}" if port else ip


def add_amount(ngnpro: Ngnpro, writes: Writes, account: SipAccount, value: float, description: str) -> BalanceChange:
    """Add an amount to a balance; a negative amount is deducted."""
    sent = {"value": value, "description": description}
    with writes.change({}, sent, **_about(account)) as write:
        change = ngnpro.sip.add_balance(account.id, value, description)
        write.before = {"balance": change.old_balance}
        write.stored = {"balance": change.new_balance, "description": description}
    return change


def redeem_voucher(ngnpro: Ngnpro, writes: Writes, account: SipAccount, card: PrepaidCard) -> BalanceChange:
    """Add a voucher's value to a balance."""
    sent = {"voucher": card.id}
    with writes.change({}, sent, **_about(account)) as write:
        change = ngnpro.sip.add_balance_from_voucher(account.id, card)
        write.before = {"balance": change.old_balance}
        write.stored = {"balance": change.new_balance, "voucher": card.id}
    return change


def check_prepaid(account: SipAccount, field: str) -> None:
    """Raise ``OtherRefusal`` if the account is not prepaid and therefore has no balance."""
    if not account.prepaid:
        raise errors.OtherRefusal(0, _("This account is not prepaid: it has no balance."), field)


def check_unchanged(opened: str, balance: float) -> None:
    """Raise ``OtherRefusal`` if the balance has changed since the form was opened: the amount may have been added."""
    if opened != balance_mark(balance):
        text = _("The balance has changed since this page was opened: check whether it already includes the amount.")
        raise errors.OtherRefusal(0, text, "value")


def payment_url_of(sip_id: SipId) -> str:
    """Return the address of the operator's page for payments to an account; empty if there is none."""
    url: str = settings.PAYMENT_URL
    return url.replace("{address}", quote(str(sip_id))) if url.startswith("https://") else ""


def balance_mark(balance: float) -> str:
    """Format a balance for a later comparison."""
    return f"{balance:.4f}"


def _about(account: SipAccount) -> dict[str, Any]:
    return {"about": ("account", str(account.id)), "part": "credit"}


def refund_entry(
    ngnpro: Ngnpro, writes: Writes, account: SipAccount, mark: str, reason: str, opened: str
) -> BalanceChange:
    """Take an entry back. Raises a ``Refusal`` if it was refunded, or the balance is not ``opened`` any more.

    The balance is compared, and the history read, under a lock of the account's credit in all processes of the portal;
    changes by other programs between this and the change itself are not noticed.
    """
    with record_lock(f"credit of {account.id}"):
        entries = ngnpro.sip.get_credit_history(account.id, REACH).entries
        entry = find_entry(entries, mark)
        if entry is None or is_refund(entry):
            raise errors.Missing(0, _("The history has no such entry to refund."))
        if mark in refunded_marks(entries):
            raise errors.OtherRefusal(0, _("This entry was refunded already. Nothing was changed."), "reason")
        check_unchanged(opened, ngnpro.sip.get_prepaid_status([account.id])[0].balance)
        return add_amount(ngnpro, writes, account, -entry.value, f"{WORD} {mark}: {reason}")
