"""What the voicemail pages do at NGNPro, and how long greetings are kept here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.mailboxes import mailbox_target
from portal.celery import app
from portal.core.faults import explain
from portal.core.writes import State, Write, Writes
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipId, VoicemailAccount

from .choices import KEEP_DAYS, cases
from .models import Greeting
from .sound import Sound

GROUP = "voicemail"
Announce = Callable[[str, State, State], AbstractContextManager[Write]]


def add_mailbox(
    ngnpro: Ngnpro, writes: Writes, announce: Announce, mailbox: VoicemailAccount, take: Sequence[str]
) -> tuple[VoicemailAccount, str]:
    """Add a mailbox, then let it take the calls of these cases; where only the second fails, say why."""
    with writes.change(None, mailbox) as write:
        write.stored = stored = ngnpro.voicemail.add_account(mailbox)
    try:
        account = _mark(ngnpro, writes, mailbox.sip_id, has_mailbox=True)
        wanted = dict.fromkeys(take, mailbox_target(ngnpro, account, stored.mailbox)) if take else {}
        before = ngnpro.sip.get_call_diversions(mailbox.sip_id)
        after = replace(before, **wanted)  # type: ignore[arg-type]
        if after != before:
            with announce("diversions", before, after):
                ngnpro.sip.set_call_diversions(mailbox.sip_id, after)
    except errors.NgnproError as error:
        return stored, _("Calls do not go to it yet: %(why)s Set it under Forwarding.") % {"why": explain(error).what}
    return stored, ""


def delete_mailbox(ngnpro: Ngnpro, writes: Writes, announce: Announce, mailbox: VoicemailAccount) -> str:
    """Delete a mailbox and what diverts to it, where NGNPro left that; where only the second fails, say why."""
    ngnpro.voicemail.delete_account(mailbox.sip_id)
    try:
        _mark(ngnpro, writes, mailbox.sip_id, has_mailbox=False)
        before = ngnpro.sip.get_call_diversions(mailbox.sip_id)
        ending = cases(before, mailbox.mailbox, mailbox.sip_id.domain)
        if ending:
            after = replace(before, **dict.fromkeys(ending))  # type: ignore[arg-type]
            with announce("diversions", before, after):
                ngnpro.sip.set_call_diversions(mailbox.sip_id, after)
    except errors.NgnproError as error:
        return _("Calls may still be forwarded to it: %(why)s Look under Forwarding.") % {"why": explain(error).what}
    return ""


def _mark(ngnpro: Ngnpro, writes: Writes, sip_id: SipId, *, has_mailbox: bool) -> SipAccount:
    """See to it that the group ``voicemail`` says whether there is a mailbox, where NGNPro does not do so itself."""
    account = ngnpro.sip.get_account(sip_id)
    if (GROUP in account.groups) is has_mailbox:
        return account
    others = tuple(group for group in account.groups if group != GROUP)
    with writes.change(account, replace(account, groups=(*others, GROUP) if has_mailbox else others)):
        (ngnpro.sip.add_to_group if has_mailbox else ngnpro.sip.remove_from_group)(sip_id, GROUP)
    return account


def greet(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, data: bytes, sound: Sound, engine: str) -> None:
    """Send a greeting to NGNPro, and keep it here to be played."""
    words = _("%(seconds)s seconds") % {"seconds": round(sound.seconds, 1)}
    with announce("greeting", {}, {"greeting": words}):
        ngnpro.voicemail.set_announcement(sip_id, data)
    kept = {"sound": data, "media_type": sound.media_type, "seconds": sound.seconds, "at": timezone.now()}
    Greeting.objects.update_or_create(engine=engine, address=str(sip_id), defaults=kept)


def greet_no_more(ngnpro: Ngnpro, announce: Announce, sip_id: SipId, engine: str) -> None:
    """Take a greeting away, so that the platform's own is played again."""
    with announce("greeting", {"greeting": _("Yes")}, {}):
        ngnpro.voicemail.set_announcement(sip_id, b"")
    forget(sip_id, engine)


def greeting_of(sip_id: SipId, engine: str) -> Greeting | None:
    """Find the greeting that was uploaded here, while it is kept."""
    since = timezone.now() - timedelta(days=KEEP_DAYS)
    return Greeting.objects.filter(engine=engine, address=str(sip_id), at__gte=since).first()


def forget(sip_id: SipId, engine: str) -> None:
    """Throw away the greeting that was uploaded here."""
    Greeting.objects.filter(engine=engine, address=str(sip_id)).delete()


@app.task
def clean_up() -> int:
    """Throw away greetings that were kept long enough; returns how many went."""
    old = Greeting.objects.filter(at__lt=timezone.now() - timedelta(days=KEEP_DAYS))
    return old.delete()[0]
