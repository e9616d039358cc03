"""Queues the mails about changes of NGNPro's records: listens to the signals of writes, as the journal does.

A mail that cannot be queued is logged and does not undo the change, which NGNPro has stored already.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError, transaction

from portal.core import writes
from portal.core.normal_forms import address_for_mail
from portal.core.servers import service_ngnpro
from portal.core.writes import Write
from portal.ngnpro import errors
from portal.ngnpro.records import SipAccount, SipId

from .outbox.services import is_mail_enabled, queue_mail
from .registry import MailKind, MailNotice, mail_kinds
from .text.models import MailChoice

log = logging.getLogger(__name__)


def connect_to_writes() -> None:
    """Listen to all writes from now on."""
    writes.ended.connect(queue_mails_of_ended_write, dispatch_uid="mail")
    writes.settled.connect(queue_mails_of_ended_write, dispatch_uid="mail")


def queue_mails_of_ended_write(sender: object, write: Write, **_: Any) -> None:
    """Queue the mails that a successful write calls for."""
    if write.finished and any(call.outcome == "ok" for call in write.calls):
        queue_mails_of(write, f"journal {write.number}" if write.number else "")


def queue_mails_of(write: Write, cause: str = "") -> None:
    """Queue the mails that a change calls for, once it is known that the change was stored.

    If the outcome of a change was unknown at first, this is called when it has become known
    (``portal.core.writes.settled``). ``write`` has ``before``, ``after``, ``about`` and ``calls`` as at the time of the
    change. ``cause`` identifies the change, e.g. ``journal 17``: a second call with it queues no duplicates. Mails that
    cannot be queued are logged.
    """
    for kind, notice in notices_of(write):
        try:
            queue_notice(kind, notice, write.author.viewer.engine, cause)
        except (errors.NgnproError, DatabaseError, ValueError) as error:
            log.error("A mail (%s) could not be queued: %s", kind.name, type(error).__name__)


def notices_of(write: Write) -> Iterator[tuple[MailKind, MailNotice]]:
    """Yield the mails that a write calls for, with their kinds, whether or not users get such mails."""
    for kind in mail_kinds().values():
        if kind.notices:
            for notice in kind.notices(write):
                yield kind, notice


def queue_notice(kind: MailKind, notice: MailNotice, engine: str, cause: str = "") -> None:
    """Queue a notice for each of its recipients, if the account exists and its reseller's users get such mails."""
    account = notice.account or _find_account(kind, notice, engine)
    if account is None or not is_mail_enabled(kind.name, engine, account.reseller):
        return
    recipients = notice.recipients or (account.email.lower(),)
    with transaction.atomic():
        for recipient in filter(address_for_mail, recipients):
            queue_mail(
                kind.name,
                notice.address,
                recipient,
                engine,
                reseller=account.reseller,
                facts=notice.facts,
                key=_key_of(cause, kind, notice, recipient),
                gathers=notice.can_wait,
            )


def _key_of(cause: str, kind: MailKind, notice: MailNotice, recipient: str) -> str:
    """Return a key that identifies one mail of one cause; empty without a cause, so that no mail is a duplicate."""
    text = json.dumps([cause, kind.name, notice.address, recipient])
    return hashlib.sha256(text.encode()).hexdigest() if cause else ""


def _find_account(kind: MailKind, notice: MailNotice, engine: str) -> SipAccount | None:
    """Fetch the account of a notice, if the users of any reseller get such mails at all."""
    if not (kind.choice or MailChoice.objects.filter(kind=kind.name, is_sent=True).exists()):
        return None
    try:
        return service_ngnpro(engine).sip.get_account(SipId.parse(notice.address))
    except (errors.Missing, ValueError):
        return None
