"""One-use links with which people set a password: asked for by anybody, made for the right one, used once.

Who asks learns nothing, not even by the time it takes: a page only notes the request, and a worker finds out whose the
name is. The token is made when the mail is written, and only its hash is kept.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal.core.auth import Role
from portal.mail import outbox
from portal.operators.models import Operator

from .models import LinkRequest, PasswordLink
from .people import Person, find_people

Purpose = PasswordLink.Purpose
LIFETIMES = {Purpose.FORGOTTEN: timedelta(minutes=30), Purpose.INVITATION: timedelta(days=3)}
LETTERS = {Purpose.FORGOTTEN: "forgotten-password", Purpose.INVITATION: "invitation"}
HOUR = timedelta(hours=1)
PER_RECIPIENT, PER_SOURCE = 3, 20
AGAIN_AFTER = timedelta(minutes=1)
KEEP = timedelta(days=7)


def ask(typed: str, source: str) -> bool:
    """Note that somebody forgot a password; ``False`` when too many were asked for from this source.

    More than three an hour for one name are not noted, and nobody is told.
    """
    from .tasks import answer

    recent = LinkRequest.objects.filter(created_at__gt=timezone.now() - HOUR)
    if recent.filter(source=source).count() >= PER_SOURCE:
        return False
    if recent.filter(typed=typed.lower()).count() < PER_RECIPIENT:
        request = LinkRequest.objects.create(typed=typed.lower(), source=source)
        transaction.on_commit(lambda: answer.delay(request.pk), robust=True)
    return True


def claim(pk: int) -> LinkRequest | None:
    """Take a request to answer it; ``None`` when it is answered, or another worker has it."""
    now = timezone.now()
    waiting = LinkRequest.objects.filter(pk=pk, is_done=False, due_at__lte=now)
    return LinkRequest.objects.get(pk=pk) if waiting.update(due_at=now + AGAIN_AFTER) else None


def answer_request(request: LinkRequest) -> None:
    """Write to whom the name belongs, if anybody; ``Outage`` when NGNPro cannot say now."""
    by_recipient: dict[str, list[Person]] = defaultdict(list)
    for person in find_people(request.typed):
        by_recipient[person.email.lower()].append(person)
    with transaction.atomic():
        for people in by_recipient.values():
            if not _has_enough(people[0].email):
                _send(Purpose.FORGOTTEN, people)
        LinkRequest.objects.filter(pk=request.pk).update(is_done=True)


def waiting() -> list[int]:
    """List the requests that nobody has answered, as long as an answer is of use."""
    now = timezone.now()
    open_ones = LinkRequest.objects.filter(is_done=False, due_at__lte=now, created_at__gt=now - HOUR)
    return list(open_ones.values_list("pk", flat=True))


def forget_old() -> None:
    """Forget requests and links that are of no use to anybody any more."""
    LinkRequest.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
    PasswordLink.objects.filter(created_at__lt=timezone.now() - KEEP).delete()


def invite(operator: Operator) -> None:
    """Send a new operator a link with which he chooses his password."""
    _send(Purpose.INVITATION, [_person(operator)])


def invitation_url(operator: Operator) -> str:
    """Make the same link to be shown once."""
    return write_down(_make(Purpose.INVITATION, _person(operator), uuid.uuid4()))


def write_down(link: PasswordLink) -> str:
    """Give a link its token and time, and return its URL; an earlier token of it counts no longer."""
    token = secrets.token_urlsafe(32)
    link.token_hash = hash_of(token)
    link.expires_at = timezone.now() + LIFETIMES[Purpose(link.purpose)]
    link.save(update_fields=["token_hash", "expires_at"])
    return settings.PORTAL_URL + reverse("session:password:open", args=[token])


def find(token: str) -> PasswordLink | None:
    """Find the link of a token, as long as it is good."""
    return find_good(token_hash=hash_of(token))


def find_good(**which: object) -> PasswordLink | None:
    """Find a link that was not used yet, is not too old, and whose operator, if it is one's, may still sign in."""
    link = PasswordLink.objects.filter(**which, used_at=None, expires_at__gt=timezone.now()).first()
    if link and link.role == Role.OPERATOR and not Operator.objects.filter(pk=link.subject, is_active=True).exists():
        return None
    return link


def take(link: PasswordLink) -> bool:
    """Use a link up; only one of two at the same moment succeeds."""
    good = PasswordLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    return good.update(used_at=timezone.now()) == 1


def give_back(link: PasswordLink) -> None:
    """Let a link be used again, because the password could not be set."""
    PasswordLink.objects.filter(pk=link.pk).update(used_at=None)


def cancel_others(link: PasswordLink) -> None:
    """Use up all other links of the same person."""
    _cancel(role=link.role, engine=link.engine, subject=link.subject)


def cancel_all(operator: Operator) -> None:
    """Use up all links of an operator."""
    _cancel(role=Role.OPERATOR.value, subject=str(operator.pk))


def _cancel(**which: str) -> None:
    PasswordLink.objects.filter(**which, used_at=None).update(used_at=timezone.now())


def hash_of(token: str) -> str:
    """Hash a token of 256 random bits as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _person(operator: Operator) -> Person:
    return Person(Role.OPERATOR, str(operator.pk), operator.username, str(operator), operator.email)


def _has_enough(recipient: str) -> bool:
    recent = PasswordLink.objects.filter(
        purpose=Purpose.FORGOTTEN, recipient__iexact=recipient, created_at__gt=timezone.now() - HOUR
    )
    return recent.values("letter").distinct().count() >= PER_RECIPIENT


def _send(purpose: Purpose, people: list[Person]) -> None:
    letter = uuid.uuid4()
    for person in people:
        _make(purpose, person, letter)
    outbox.queue(LETTERS[purpose], str(letter), people[0].email)


def _make(purpose: Purpose, person: Person, letter: uuid.UUID) -> PasswordLink:
    return PasswordLink.objects.create(
        purpose=purpose,
        role=person.role.value,
        subject=person.subject,
        login=person.login,
        name=person.name,
        engine=person.engine,
        recipient=person.email,
        letter=letter,
    )
