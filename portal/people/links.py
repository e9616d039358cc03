"""One-use links with which people set a password: asked for by anybody, made for the right person, used once.

A request never shows whether somebody exists, not even by the time that it takes: a page only stores the request, and a
worker finds out who owns the name. The token is made when the mail is written, and only its hash is kept.

One address may belong to people of several resellers. Each reseller words the mails of their own people, so each
reseller's people get a mail of their own, with their links and no others. Operators, who belong to no NGNPro server,
get theirs.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.core.viewer import Role
from portal.mail.outbox import services as outbox
from portal.people.operators.models import Operator

from .directory import Known, Person, find_people, proof_of, record_of
from .models import LinkRequest, PasswordLink

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
    """Write to the people that the name belongs to, if any; ``Outage`` when NGNPro cannot say now."""
    letters: dict[tuple[str, str, int], list[Person]] = defaultdict(list)
    for person in find_people(request.typed):
        letters[(person.email.lower(), person.engine, person.reseller)].append(person)
    with transaction.atomic():
        for people in letters.values():
            if not _has_enough(people[0]):
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
    """Send a new operator a link with which they choose their password."""
    _send(Purpose.INVITATION, [_person(operator)])


def invitation_url(operator: Operator) -> str:
    """Make the same link to be shown once."""
    return write_down(_make(Purpose.INVITATION, _person(operator), uuid.uuid4()), operator)


def record_for(link: PasswordLink) -> Known | None:
    """Fetch the record of a link's person, to write the link to them.

    ``None`` when the link is not to be written: the person is gone, has another e-mail address or reseller than when
    the link was asked for, or changed what an earlier writing of the link rests on.
    """
    record = record_of(link.role, link.subject, link.engine)
    if record is None or record.email.lower() != link.recipient.lower():
        return None
    if not isinstance(record, Operator) and record.reseller != link.reseller:
        return None
    return record if not link.proof or is_proved(link, record) else None


def write_down(link: PasswordLink, record: Known) -> str:
    """Give a link its token, time and proof, and return its URL; an earlier token of it is no longer valid."""
    token = secrets.token_urlsafe(32)
    link.token_hash, link.proof = hash_of(token), proof_of(record)
    link.expires_at = timezone.now() + LIFETIMES[Purpose(link.purpose)]
    link.save(update_fields=["token_hash", "proof", "expires_at"])
    return settings.PORTAL_URL + reverse("session:password:open", args=[token])


def find(token: str) -> PasswordLink | None:
    """Find the link of a token, as long as it is good; ``Outage`` when NGNPro cannot say whether it is."""
    link = find_good(token_hash=hash_of(token))
    record = record_of(link.role, link.subject, link.engine) if link else None
    return link if link and record and is_proved(link, record) else None


def is_proved(link: PasswordLink, record: Known) -> bool:
    """Tell whether the person of a link has the passwords and the e-mail address that the link was written for."""
    return constant_time_compare(proof_of(record), link.proof)


def find_good(**which: object) -> PasswordLink | None:
    """Find a link that was not used yet and is not too old. Whether it is proved is checked when it is used."""
    return PasswordLink.objects.filter(**which, used_at=None, expires_at__gt=timezone.now()).first()


def take(link: PasswordLink) -> bool:
    """Use up a link with all others of its person, in one statement; of several at the same moment one succeeds."""
    now = timezone.now()
    good = PasswordLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    same = _unused(role=link.role, engine=link.engine, subject=link.subject)
    return same.filter(Exists(good)).update(used_at=now) > 0


def give_back(link: PasswordLink) -> None:
    """Let a link be used again, because the password could not be set."""
    PasswordLink.objects.filter(pk=link.pk).update(used_at=None)


def cancel_all(operator: Operator) -> None:
    """Use up all links of an operator."""
    cancel(Role.OPERATOR, "", str(operator.pk))


def cancel(role: Role, engine: str, subject: str) -> None:
    """Use up all links of a person."""
    _unused(role=role.value, engine=engine, subject=subject).update(used_at=timezone.now())


def _unused(**which: str) -> QuerySet[PasswordLink]:
    return PasswordLink.objects.filter(**which, used_at=None)


def hash_of(token: str) -> str:
    """Hash a token of 256 random bits as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _person(operator: Operator) -> Person:
    return Person(Role.OPERATOR, str(operator.pk), operator.username, str(operator), operator.email)


def _has_enough(person: Person) -> bool:
    """Tell whether an address got its share for this hour; counted for each tenant, so that none uses up another's."""
    recent = PasswordLink.objects.filter(
        purpose=Purpose.FORGOTTEN,
        recipient__iexact=person.email,
        engine=person.engine,
        reseller=person.reseller,
        created_at__gt=timezone.now() - HOUR,
    )
    return recent.values("letter").distinct().count() >= PER_RECIPIENT


def _send(purpose: Purpose, people: list[Person]) -> None:
    letter = uuid.uuid4()
    for person in people:
        _make(purpose, person, letter)
    first = people[0]
    outbox.queue(LETTERS[purpose], str(letter), first.email, first.engine, reseller=first.reseller)


def _make(purpose: Purpose, person: Person, letter: uuid.UUID) -> PasswordLink:
    return PasswordLink.objects.create(
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
