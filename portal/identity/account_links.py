"""One-use links about one SIP account: to delete it, or to set up a phone; good as long as its passwords stay.

The token is made when the link is written down, and only its hash is kept.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.core import service
from portal.core.auth import Role, Viewer
from portal.core.writes import Author, Writes
from portal.mail import outbox
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipId

from .links import hash_of
from .models import AccountLink

Purpose = AccountLink.Purpose
LIFETIMES = {Purpose.REMOVAL: timedelta(days=2), Purpose.SOFTPHONE: timedelta(minutes=10)}
REMOVAL_LETTER = "account-removal"
HOUR = timedelta(hours=1)
PER_ACCOUNT = {Purpose.REMOVAL: 3, Purpose.SOFTPHONE: 20}
KEEP = timedelta(days=7)


def may_ask(purpose: AccountLink.Purpose, address: str) -> bool:
    """Tell whether another link of this kind may be made for an account now: so many an hour."""
    recent = AccountLink.objects.filter(purpose=purpose, address=address, created_at__gt=timezone.now() - HOUR)
    return recent.count() < PER_ACCOUNT[purpose]


def ask_for_removal(account: SipAccount, engine: str) -> None:
    """Queue the mail with the link that deletes an account; nothing of the account changes."""
    with transaction.atomic():
        link = make(Purpose.REMOVAL, account, engine)
        outbox.queue(REMOVAL_LETTER, str(link.pk), account.email, engine)


def make(purpose: AccountLink.Purpose, account: SipAccount, engine: str) -> AccountLink:
    """Make a link in place of all earlier ones of its kind; it has no token yet."""
    address = str(account.id)
    AccountLink.objects.filter(purpose=purpose, address=address, used_at=None).update(used_at=timezone.now())
    return AccountLink.objects.create(purpose=purpose, address=address, engine=engine, proof=proof_of(account))


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
    """Fetch the account of a link; ``None`` when it is gone, or its passwords were changed since."""
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
    return writes, Ngnpro(engine, engine.credentials(), on_call=writes.note)


def take(link: AccountLink) -> bool:
    """Use a link up; only one of two at the same moment succeeds."""
    good = AccountLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    return good.update(used_at=timezone.now()) == 1


def give_back(link: AccountLink) -> None:
    """Let a link be used again, because what it is for could not be done."""
    AccountLink.objects.filter(pk=link.pk).update(used_at=None)


def forget_old() -> None:
    """Forget links that are of no use to anybody any more."""
    AccountLink.objects.filter(created_at__lt=timezone.now() - KEEP).delete()


def proof_of(account: SipAccount) -> str:
    """Hash what changes with an account's passwords, with a key: nobody finds a password in it by trying."""
    parts = (account.ha1, account.password, account.get_property("web_password"), account.create_date)
    return salted_hmac("portal.identity.account_links", json.dumps(parts), algorithm="sha256").hexdigest()
