"""Services that change mailboxes in NGNPro and store uploaded greetings in the portal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.addresses import mailbox_target
from portal.accounts.voicemail.choices import KEEP_DAYS, mailbox_cases
from portal.core import servers
from portal.core.error_pages import explain_error
from portal.core.record_locks import retried_on_conflict
from portal.core.writes import State, Write, Writes
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import CallDiversions, SipAccount, SipDomain, SipId, VoicemailAccount

from .models import Greeting
from .sound import NewGreeting

GROUP = "voicemail"
Announce = Callable[[str, State, State], AbstractContextManager[Write]]


def add_mailbox(
    ngnpro: Ngnpro, writes: Writes, announce: Announce, mailbox: VoicemailAccount, take: Sequence[str]
) -> tuple[VoicemailAccount, str]:
    """Add a mailbox and divert these cases to it; return it, and a message if only the diversion failed."""
    with writes.change(None, mailbox) as write:
        write.stored = stored = ngnpro.voicemail.add_account(mailbox)
    try:
        send_calls_to(ngnpro, writes, announce, stored, take)
    except errors.NgnproError as error:
        words = {"why": explain_error(error).what}
        return stored, _("The mailbox was added, but calls do not go to it yet: %(why)s") % words
    return stored, ""


def send_calls_to(
    ngnpro: Ngnpro, writes: Writes, announce: Announce, mailbox: VoicemailAccount, take: Sequence[str]
) -> None:
    """Add the account of a stored mailbox to the group ``voicemail``, and divert these cases to the mailbox."""
    account = _mark(ngnpro, writes, mailbox.sip_id, has_mailbox=True)
    wanted = dict.fromkeys(take, mailbox_target(ngnpro, account, mailbox.mailbox)) if take else {}
    _divert(ngnpro, announce, mailbox.sip_id, lambda _stored: wanted)


def delete_mailbox(ngnpro: Ngnpro, writes: Writes, announce: Announce, mailbox: VoicemailAccount) -> str:
    """Delete a mailbox and the remaining diversions to it; return a message if only the second step failed."""
    ngnpro.voicemail.delete_account(mailbox.sip_id)
    try:
        send_no_calls_to(ngnpro, writes, announce, mailbox)
    except errors.NgnproError as error:
        words = {"why": explain_error(error).what}
        return _("The mailbox was deleted, but calls may still be forwarded to it: %(why)s") % words
    return ""


def send_no_calls_to(ngnpro: Ngnpro, writes: Writes, announce: Announce, mailbox: VoicemailAccount) -> None:
    """Remove the account of a mailbox from the group ``voicemail``, and end all diversions to the mailbox."""
    _mark(ngnpro, writes, mailbox.sip_id, has_mailbox=False)
    number, domain = mailbox.mailbox, mailbox.sip_id.domain
    _divert(ngnpro, announce, mailbox.sip_id, lambda stored: dict.fromkeys(mailbox_cases(stored, number, domain)))


@retried_on_conflict
def _divert(
    ngnpro: Ngnpro,
    announce: Announce,
    sip_id: SipId,
    wanted: Callable[[CallDiversions], Mapping[str, str | None]],
) -> None:
    """Change diversions of an account; ``wanted`` returns the changes by condition from the stored diversions."""
    before = ngnpro.sip.get_call_diversions(sip_id)
    after = replace(before, **wanted(before))  # type: ignore[arg-type]
    if after != before:
        with announce("diversions", before, after):
            ngnpro.sip.set_call_diversions(sip_id, after)


def _mark(ngnpro: Ngnpro, writes: Writes, sip_id: SipId, *, has_mailbox: bool) -> SipAccount:
    """Add the account to the group ``voicemail`` or remove it, if NGNPro did not; return the account as fetched."""
    account = ngnpro.sip.get_account(sip_id)
    if (GROUP in account.groups) is has_mailbox:
        return account
    others = tuple(group for group in account.groups if group != GROUP)
    with writes.change(account, replace(account, groups=(*others, GROUP) if has_mailbox else others)):
        (ngnpro.sip.add_to_group if has_mailbox else ngnpro.sip.remove_from_group)(sip_id, GROUP)
    return account


def store_greeting(
    ngnpro: Ngnpro,
    announce: Announce,
    account: SipAccount,
    mailbox: VoicemailAccount | None,
    greeting: NewGreeting,
    engine: str,
) -> None:
    """Send a greeting to NGNPro, and store a copy for playback, bound to this account and mailbox."""
    sound = greeting.sound
    words = _("%(seconds)s seconds") % {"seconds": round(sound.seconds, 1)}
    with announce("greeting", {}, {"greeting": words}):
        ngnpro.voicemail.set_announcement(account.id, greeting.data)
    kept = {
        "identity": identity_of(account, mailbox),
        "sound": greeting.data,
        "media_type": sound.media_type,
        "seconds": sound.seconds,
        "at": timezone.now(),
    }
    Greeting.objects.update_or_create(engine=engine, address=str(account.id), defaults=kept)


def delete_greeting(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, engine: str) -> None:
    """Delete a greeting in NGNPro and its copy, so that the platform's default greeting is played."""
    with announce("greeting", {"greeting": _("Yes")}, {}):
        ngnpro.voicemail.set_announcement(sip_id, b"")
    delete_stored_greetings(engine, address=str(sip_id))


def greeting_of(account: SipAccount, mailbox: VoicemailAccount, engine: str) -> Greeting | None:
    """Return the stored greeting of this account and mailbox, or ``None`` if there is none or it has expired."""
    since = timezone.now() - timedelta(days=KEEP_DAYS)
    kept = Greeting.objects.filter(engine=engine, address=str(account.id), at__gte=since)
    return kept.filter(identity=identity_of(account, mailbox)).first()


def identity_of(account: SipAccount, mailbox: VoicemailAccount | None) -> str:
    """Return a hash that distinguishes an account and its mailbox from later ones with the same address.

    It covers the account's owner, the customer and reseller of its domain, its creation time if the NGNPro server
    returns it, and the number of the mailbox.
    """
    parts = (account.owner, account.customer, account.reseller, account.create_date, mailbox.mailbox if mailbox else "")
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def delete_stored_greetings(engine: str, **which: str | list[str]) -> None:
    """Delete stored greetings that match the conditions."""
    Greeting.objects.filter(engine=engine, **which).delete()


def delete_outdated_greetings(sender: object, writes: Sequence[Write], **_: Any) -> None:
    """Delete the greetings of records that writes add or delete, even if the result of a write is unknown."""
    addresses: dict[str, list[str]] = {}
    for write in writes:
        if not write.calls or isinstance(write.error, errors.Refusal) or (write.before and write.after):
            continue
        engine = servers.engine(write.author.viewer.engine).name
        match write.before or write.after:
            case VoicemailAccount(sip_id=sip_id) | SipAccount(id=sip_id):
                addresses.setdefault(engine, []).append(str(sip_id))
            case SipDomain(domain=domain):
                delete_stored_greetings(engine, address__endswith=f"@{domain.lower()}")
    for engine, found in addresses.items():
        delete_stored_greetings(engine, address__in=found)
