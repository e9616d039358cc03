"""The outbox of mails, for operators: their states, and sending one again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.services import send_mail_again
from portal.people.tokens.middleware import ApiRequest

from .asking import json_answer, require_right
from .problems import Problem

ROOM = "mail:outbox"


class Mail(Schema):
    """A mail of the outbox: its kind, the record that it is about, and what has become of it."""

    id: str
    kind: str
    about: str
    recipient: str
    state: str
    attempts: int
    error: str
    createdAt: str  # noqa: N815 - as members of records are named


class MailPage(Schema):
    """A page of mails, newest first."""

    items: list[Mail]
    total: int


def list_mails(request: ApiRequest, limit: int, start: int, state: str, recipient: str) -> HttpResponse:
    """Return a page of the mails, newest first."""
    require_right(request, ROOM, "list")
    found = OutboxMessage.objects.all()
    found = found.filter(state=state) if state else found
    found = found.filter(recipient__iexact=recipient) if recipient else found
    items = [_shown(message) for message in found[start : start + limit]]
    return json_answer({"items": items, "total": found.count()})


def send_again(request: ApiRequest, mail: UUID) -> HttpResponse:
    """Queue a mail again that could not be sent."""
    require_right(request, ROOM, "send-again", writes=True)
    with transaction.atomic():
        revived = send_mail_again(mail)
    if revived is None:
        raise Problem(404, _("There is no such mail that could not be sent."))
    request.writes.record_operation("sendMailAgain", about=("mail", revived.recipient))
    return json_answer(_shown(revived))


def _shown(message: OutboxMessage) -> dict[str, Any]:
    same = ("kind", "about", "recipient", "state", "attempts", "error")
    values = {name: getattr(message, name) for name in same}
    return {"id": str(message.pk), **values, "createdAt": message.created_at.isoformat()}
