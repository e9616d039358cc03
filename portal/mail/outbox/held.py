"""Mails that belong to a write: stored before it is made, and sent once it is known that the write was stored.

So a mail is neither lost if the portal is killed after NGNPro's answer, nor sent about what NGNPro has refused. If the
outcome is unknown, the mail is held until the journal has found it out (``portal.core.writes.settled``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.core.sealing import seal
from portal.core.writes import Write
from portal.mail.text.brand import engine_name
from portal.ngnpro import errors

from .models import OutboxMessage
from .services import wake_worker


@dataclass(frozen=True, slots=True)
class WantedMail:
    """A mail about the account that a write adds or changes; ``secret`` is stored encrypted, as by ``queue_mail``."""

    kind: str
    recipient: str
    secret: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def hold_mails(sender: object, writes: Sequence[Write], **_: Any) -> None:
    """Store the mails of writes that are announced; a ``DatabaseError`` prevents the writes."""
    OutboxMessage.objects.bulk_create([_held(write, mail) for write in writes for mail in write.mails])


def _held(write: Write, mail: WantedMail) -> OutboxMessage:
    message = OutboxMessage(
        kind=mail.kind, recipient=mail.recipient, facts=dict(mail.facts), state=OutboxMessage.State.HELD
    )
    message.awaits, message.about, message.engine = write.number, _about(write), write.author.viewer.engine
    if mail.secret:
        message.sealed, message.sealed_until = seal(mail.secret), timezone.now() + settings.MAIL_SECRET_LIFETIME
    return message


def release_mails(sender: object, writes: Iterable[Write], **_: Any) -> None:
    """Queue the mails of the writes that were made, in the transaction that stores how they ended."""
    for write in writes:
        if write.mails and write.finished and write.error is None:
            release_mails_of(sender, write)


def release_mails_of(sender: object, write: Write, **_: Any) -> None:
    """Queue the mails of a write that was found to have been made."""
    with transaction.atomic():
        held = OutboxMessage.objects.filter(awaits=write.number, state=OutboxMessage.State.HELD)
        for message in held.select_for_update() if write.number else ():
            message.state, message.awaits, message.due_at = OutboxMessage.State.QUEUED, None, timezone.now()
            message.about, message.reseller = _about(write), _reseller(write)
            message.engine = engine_name(message.engine) if message.reseller else message.engine
            message.save()
            wake_worker(message)


def drop_mails(sender: object, write: Write, **_: Any) -> None:
    """Delete the mails of a write that was not made."""
    if write.mails and _is_unmade(write):
        OutboxMessage.objects.filter(awaits=write.number, state=OutboxMessage.State.HELD).delete()


def _is_unmade(write: Write) -> bool:
    if isinstance(write.error, errors.Outage):
        return write.error.nothing_changed
    return write.error is not None or not write.calls


def _about(write: Write) -> str:
    return str(getattr(write.after if write.stored is None else write.stored, "id", ""))


def _reseller(write: Write) -> int:
    return int(getattr(write.after if write.stored is None else write.stored, "reseller", 0) or 0)
