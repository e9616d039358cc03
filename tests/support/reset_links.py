"""Links for a new password, as people get them by mail."""

from __future__ import annotations

import re

from django.core import mail

from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.people import tasks
from portal.people.password_reset import services

LINK = re.compile(r"http://localhost:8000(/session/password/link/[\w-]{43}/)")


def answer_requests() -> None:
    """Answer requests for links and deliver mails, as the worker does."""
    for pk in services.pending_requests():
        tasks.answer_link_request(pk)
    for message in OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED):
        deliver_mail(str(message.pk))


def last_mailed_link() -> str:
    (link,) = LINK.findall(str(mail.outbox[-1].body))
    return str(link)
