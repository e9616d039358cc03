"""One-use links: to set a password, to see a new one, to delete an account, or to set up a softphone.

A link is a row of ``OneUseLink``. Its token is generated when the link is written into a mail or a page, and only the
hash of the token is stored. A link is no longer valid once it was used, has expired, or the person's passwords or
e-mail address have changed: it stores the proof of the person (``directory.proof_of``), which is compared at each use.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.core import servers
from portal.core.record_locks import record_lock
from portal.core.sealing import seal, unseal
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.mail.outbox.services import queue_mail
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipAccount
from portal.people.operators.models import Operator

from .directory import Known, Person, name_of_user, proof_of, record_of
from .models import OneUseLink

Purpose = OneUseLink.Purpose
PASSWORD_PURPOSES = (Purpose.FORGOTTEN, Purpose.INVITATION)
LIFETIMES = {
    Purpose.FORGOTTEN: timedelta(minutes=30),
    Purpose.INVITATION: timedelta(days=3),
    Purpose.REMOVAL: timedelta(days=2),
    Purpose.SOFTPHONE: timedelta(minutes=10),
    Purpose.SIP_PASSWORD: timedelta(days=3),
}
MAIL_KINDS = {
    Purpose.FORGOTTEN: "forgotten-password",
    Purpose.INVITATION: "invitation",
    Purpose.REMOVAL: "account-removal",
    Purpose.SIP_PASSWORD: "new-sip-password",
}
HOUR = timedelta(hours=1)
ACCOUNT_LINKS_PER_HOUR = {Purpose.REMOVAL: 3, Purpose.SOFTPHONE: 20}
KEPT_FOR = timedelta(days=7)


def send_password_links(purpose: OneUseLink.Purpose, people: list[Person]) -> None:
    """Queue one mail with a link for each person; all have the same e-mail address and belong to the same tenant."""
    letter = uuid.uuid4()
    for person in people:
        _make_password_link(purpose, person, letter)
    first = people[0]
    queue_mail(MAIL_KINDS[purpose], str(letter), first.email, first.engine, reseller=first.reseller)


def invite_operator(operator: Operator) -> None:
    """Send a new operator a link to choose their password."""
    send_password_links(Purpose.INVITATION, [Person.of_operator(operator)])


def invitation_url(operator: Operator) -> str:
    """Return the URL of an invitation, to be shown once."""
    link = _make_password_link(Purpose.INVITATION, Person.of_operator(operator), uuid.uuid4())
    return password_url(issue_token(link, operator))


def password_url(token: str) -> str:
    """Return the URL of the page on which a new password is chosen."""
    return settings.PORTAL_URL + reverse("people:password_reset:open", args=[token])


def _make_password_link(purpose: OneUseLink.Purpose, person: Person, letter: uuid.UUID) -> OneUseLink:
    return OneUseLink.objects.create(
        purpose=purpose,
        role=person.role.value,
        subject=person.subject,
        login=person.login,
        name=person.name,
        engine=person.engine,
        reseller=person.reseller,
        recipient=person.email,
        letter=letter,
    )


@contextmanager
def account_link_lock(purpose: OneUseLink.Purpose, address: str, engine: str) -> Iterator[bool]:
    """Hold the lock of an account's links, and yield whether it may have another one for this purpose in this hour.

    The link must be made inside the block, so that each of several simultaneous requests counts the others.
    """
    with record_lock(f"links {purpose} of {address} on {servers.engine(engine).name}"):
        yield _may_make_account_link(purpose, address, engine)


def _may_make_account_link(purpose: OneUseLink.Purpose, address: str, engine: str) -> bool:
    """Return whether the account may have another link for this purpose in this hour."""
    same = OneUseLink.objects.filter(purpose=purpose, subject=address, engine=servers.engine(engine).name)
    return same.filter(created_at__gt=timezone.now() - HOUR).count() < ACCOUNT_LINKS_PER_HOUR[purpose]


def send_removal_link(account: SipAccount, engine: str) -> None:
    """Queue the mail with the link that deletes an account; the account is deleted only when the link is used."""
    with transaction.atomic():
        link = make_account_link(Purpose.REMOVAL, account, engine)
        queue_mail(MAIL_KINDS[Purpose.REMOVAL], str(link.pk), account.email, engine, reseller=account.reseller)


def send_sip_password_link(account: SipAccount, password: str, engine: str) -> None:
    """Queue the mail with the link that shows an account's new SIP password once."""
    with transaction.atomic():
        link = make_account_link(Purpose.SIP_PASSWORD, account, engine, seal(password))
        queue_mail(MAIL_KINDS[Purpose.SIP_PASSWORD], str(link.pk), account.email, engine, reseller=account.reseller)


def make_account_link(purpose: OneUseLink.Purpose, account: SipAccount, engine: str, sealed: str = "") -> OneUseLink:
    """Store a link for the user of an account; earlier ones for the same purpose are no longer valid.

    One with a sealed password gets its proof when it is written, because NGNPro may not have returned the account yet.
    """
    address = str(account.id)
    same = {
        "purpose": purpose,
        "role": Role.SUBSCRIBER.value,
        "subject": address,
        "engine": servers.engine(engine).name,
    }
    with transaction.atomic():
        OneUseLink.objects.filter(**same, used_at=None).update(used_at=timezone.now(), sealed="")
        return OneUseLink.objects.create(
            **same,
            login=address,
            name=name_of_user(account),
            reseller=account.reseller,
            recipient=account.email,
            proof="" if sealed else proof_of(account),
            sealed=sealed,
        )


def issue_token(link: OneUseLink, record: Known) -> str:
    """Generate the token of a link (256 random bits), store its hash, its expiry and the person's proof, and return it.

    An earlier token of the link is no longer valid.
    """
    token = secrets.token_urlsafe(32)
    link.token_hash, link.proof = hash_of_token(token), proof_of(record)
    link.expires_at = timezone.now() + LIFETIMES[Purpose(link.purpose)]
    link.save(update_fields=["token_hash", "proof", "expires_at"])
    return token


def record_to_write_to(link: OneUseLink) -> Known | None:
    """Fetch the record of a link's person just before the link is sent to them.

    Returns ``None`` if the link must not be sent: the person was deleted, has another e-mail address or reseller
    than when the link was requested, or changed a password since the link was first written.
    """
    record = record_of(link.role, link.subject, link.engine)
    if record is None or record.email.lower() != link.recipient.lower():
        return None
    if not isinstance(record, Operator) and record.reseller != link.reseller:
        return None
    return record if not link.proof or has_same_proof(link, record) else None


def find_unused_link(**which: object) -> OneUseLink | None:
    """Return a link that was not used and has not expired, without checking its proof."""
    return OneUseLink.objects.filter(**which, used_at=None, expires_at__gt=timezone.now()).first()


def find_account_link(purpose: OneUseLink.Purpose, token: str) -> OneUseLink | None:
    """Return the unused link with a token; its proof is checked by ``account_of``."""
    return find_unused_link(purpose=purpose, token_hash=hash_of_token(token))


def find_password_link(token: str) -> OneUseLink | None:
    """Return the unused link with a token, if its person's proof is unchanged; ``Outage`` if NGNPro does not answer."""
    link = find_unused_link(purpose__in=PASSWORD_PURPOSES, token_hash=hash_of_token(token))
    record = record_of(link.role, link.subject, link.engine) if link else None
    return link if link and record and has_same_proof(link, record) else None


def account_of(link: OneUseLink) -> SipAccount | None:
    """Fetch the account of a link; ``None`` if it was deleted or its proof has changed."""
    account = record_of(link.role, link.subject, link.engine)
    return account if isinstance(account, SipAccount) and has_same_proof(link, account) else None


def has_same_proof(link: OneUseLink, record: Known) -> bool:
    """Return whether the person's passwords and e-mail address are those for which the link was made."""
    return constant_time_compare(proof_of(record), link.proof)


def spend_link(link: OneUseLink) -> bool:
    """Mark a link as used, with all other links of its person for the same purposes, in one statement.

    Returns whether the link was still valid: of several simultaneous requests only one gets ``True``.
    """
    now = timezone.now()
    good = OneUseLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    purposes = PASSWORD_PURPOSES if link.purpose in PASSWORD_PURPOSES else (link.purpose,)
    same = _unused(link.role, link.engine, link.subject).filter(purpose__in=purposes)
    return same.filter(Exists(good)).update(used_at=now) > 0


def spend_password_link(link: OneUseLink) -> str:
    """Mark a link to a new SIP password as used, and return the password; empty if the link is no longer valid."""
    if not spend_link(link):
        return ""
    OneUseLink.objects.filter(pk=link.pk).update(sealed="")
    return unseal(link.sealed)


def restore_link(link: OneUseLink) -> None:
    """Mark a link as not used, so that it can be used again after its action failed."""
    OneUseLink.objects.filter(pk=link.pk).update(used_at=None)


def cancel_links(role: Role, engine: str, subject: str) -> None:
    """Mark all links of a person as used."""
    _unused(role.value, engine, subject).update(used_at=timezone.now())


def cancel_operator_links(operator: Operator) -> None:
    """Mark all links of an operator as used."""
    cancel_links(Role.OPERATOR, "", str(operator.pk))


def _unused(role: str, engine: str, subject: str) -> QuerySet[OneUseLink]:
    return OneUseLink.objects.filter(role=role, engine=engine, subject=subject, used_at=None)


def hash_of_token(token: str) -> str:
    """Return the hash under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def viewer_of_link(link: OneUseLink, record: Known) -> Viewer:
    """Return the viewer for a link's person, as the author of the changes that the link makes."""
    if isinstance(record, Operator):
        return Viewer(Role.OPERATOR, name=link.name, login=link.login)
    return Viewer(
        Role(link.role),
        name=link.name,
        login=link.login,
        account=link.subject if isinstance(record, SipAccount) else "",
        customer=record.customer if isinstance(record, SipAccount) else record.id,
        reseller=record.reseller,
        engine=link.engine,
    )


def ngnpro_for_link(link: OneUseLink, record: Known, source: str) -> tuple[Writes, Ngnpro]:
    """Open NGNPro with the portal's own credentials, for writes that are journaled as the link's person's."""
    engine = servers.engine(link.engine)
    writes = Writes(Author(viewer_of_link(link, record), source))
    ngnpro = servers.client_for_writes(writes, engine)
    return writes, ngnpro


def delete_old_links() -> None:
    """Delete links that were made more than a week ago, and the passwords of those that have expired."""
    OneUseLink.objects.filter(expires_at__lt=timezone.now()).exclude(sealed="").update(sealed="")
    OneUseLink.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
