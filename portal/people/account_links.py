"""One-use links about one SIP account: to delete it, or to set up a phone.

They end when a password or the e-mail address of the account changes.

The token is made when the link is written down, and only its hash is kept.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.core import service
from portal.core.record_locks import record_lock
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.mail.outbox import services as outbox
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipId

from .directory import proof_of
from .links import hash_of
from .models import AccountLink

Purpose = AccountLink.Purpose
LIFETIMES = {Purpose.REMOVAL: timedelta(days=2), Purpose.SOFTPHONE: timedelta(minutes=10)}
REMOVAL_LETTER = "account-removal"
HOUR = timedelta(hours=1)
PER_ACCOUNT = {Purpose.REMOVAL: 3, Purpose.SOFTPHONE: 20}
KEEP = timedelta(days=7)


def may_ask(purpose: AccountLink.Purpose, address: str, engine: str) -> bool:
    """Tell whether another link of this kind may be made for an account now: so many an hour."""
    same = AccountLink.objects.filter(purpose=purpose, address=address, engine=service.engine(engine).name)
    return same.filter(created_at__gt=timezone.now() - HOUR).count() < PER_ACCOUNT[purpose]


def ask_for_removal(account: SipAccount, engine: str) -> None:
    """Queue the mail with the link that deletes an account; nothing of the account changes."""
    with transaction.atomic():
        link = make(Purpose.REMOVAL, account, engine)
        outbox.queue(REMOVAL_LETTER, str(link.pk), account.email, engine, reseller=account.reseller)


def make(purpose: AccountLink.Purpose, account: SipAccount, engine: str) -> AccountLink:
    """Make a link in place of all earlier ones of its kind; it has no token yet."""
    same = {"purpose": purpose, "address": str(account.id), "engine": service.engine(engine).name}
    with transaction.atomic():
        AccountLink.objects.filter(**same, used_at=None).update(used_at=timezone.now())
        return AccountLink.objects.create(**same, proof=proof_of(account))


def write_down(link: AccountLink) -> str:
    """Give a link its time and a token of 256 random bits, and return it; an earlier token counts no longer."""
    token = secrets.token_urlsafe(32)
    link.token_hash = hash_of(token)
    link.expires_at = timezone.now() + LIFETIMES[Purpose(link.purpose)]
    link.save(update_fields=["token_hash", "expires_at"])
    return token


def find(purpose: AccountLink.Purpose, token: str) -> AccountLink | None:
    """Find the link of a token, as long as it was not used and is not too old."""
    return find_good(purpose=purpose, token_hash=hash_of(token))


def find_good(**which: object) -> AccountLink | None:
    """Find a link that was not used yet and is not too old."""
    return AccountLink.objects.filter(**which, used_at=None, expires_at__gt=timezone.now()).first()


def account_of(link: AccountLink) -> SipAccount | None:
    """Fetch the account of a link; ``None`` when it is gone, or its proof is another by now."""
    try:
        account = service.service_ngnpro(link.engine).sip.get_account(SipId.parse(link.address))
    except errors.Missing:
        return None
    return account if constant_time_compare(proof_of(account), link.proof) else None


def ngnpro_for(link: AccountLink, account: SipAccount, source: str) -> tuple[Writes, Ngnpro]:
    """Open NGNPro as the portal itself, for writes in the name of the account's user."""
    engine = service.engine(link.engine)
    name = f"{account.first_name} {account.last_name}".strip() or link.address
    user = Viewer(
        Role.SUBSCRIBER,
        name=name,
        login=link.address,
        account=link.address,
        customer=account.customer,
        reseller=account.reseller,
        engine=link.engine,
    )
    writes = Writes(Author(user, source))
    ngnpro = Ngnpro(engine, engine.credentials(), on_call=writes.note, before_call=writes.expect, lock=record_lock)
    return writes, ngnpro


def take(link: AccountLink) -> bool:
    """Use up a link with all others of its kind and account, in one statement; of several at once one succeeds."""
    now = timezone.now()
    good = AccountLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    same = AccountLink.objects.filter(purpose=link.purpose, address=link.address, engine=link.engine, used_at=None)
    return same.filter(Exists(good)).update(used_at=now) > 0


def cancel(engine: str, address: str) -> None:
    """Use up all links of an account."""
    AccountLink.objects.filter(engine=engine, address=address, used_at=None).update(used_at=timezone.now())


def give_back(link: AccountLink) -> None:
    """Let a link be used again, because what it is for could not be done."""
    AccountLink.objects.filter(pk=link.pk).update(used_at=None)


def forget_old() -> None:
    """Forget links that are of no use to anybody any more."""
    AccountLink.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
