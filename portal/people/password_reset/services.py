"""Requests for a password link, which a worker answers, and setting a new password with such a link.

The page that takes a request shows the same answer in all cases. A worker then finds the people to whom the name or
address belongs. Several people may have the same e-mail address, also on different NGNPro servers or of different
resellers: there is one mail for each server and reseller, with the links of its people only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from portal.core.sip_accounts import with_web_password
from portal.core.viewer import Role
from portal.core.writes import Author, Writes
from portal.ngnpro.records import CustomerAccount, SipAccount
from portal.people import links, sessions
from portal.people.directory import Person, find_people, record_of
from portal.people.models import LinkRequest, OneUseLink
from portal.people.operators.models import Operator
from portal.people.operators.services import set_operator_password

PER_RECIPIENT, PER_SOURCE = 3, 20
AGAIN_AFTER = timedelta(minutes=1)


class TooManyRequests(Exception):
    """Too many links were requested from one source in the last hour."""


def request_password_link(typed: str, source: str) -> LinkRequest | None:
    """Store a request for a password link, to be answered by ``tasks.answer``.

    Returns ``None`` if the hourly limit for this name is exceeded; raises ``TooManyRequests`` if that of the source
    is. The request is stored before requests are counted, so that simultaneous requests cannot exceed a limit.
    """
    request = LinkRequest.objects.create(typed=typed.lower(), source=source)
    recent = LinkRequest.objects.filter(created_at__gt=timezone.now() - links.HOUR)
    is_too_often = recent.filter(source=source).count() > PER_SOURCE
    if is_too_often or recent.filter(typed=typed.lower()).count() > PER_RECIPIENT:
        request.delete()
        if is_too_often:
            raise TooManyRequests
        return None
    return request


def claim_request(pk: int) -> LinkRequest | None:
    """Claim a request in order to answer it; ``None`` if it was answered or another worker has claimed it."""
    now = timezone.now()
    due = LinkRequest.objects.filter(pk=pk, is_done=False, due_at__lte=now)
    return LinkRequest.objects.get(pk=pk) if due.update(due_at=now + AGAIN_AFTER) else None


def answer_request(request: LinkRequest) -> None:
    """Send links to the people to whom the typed name or address belongs; ``Outage`` if NGNPro does not answer."""
    tenants: dict[tuple[str, str, int], list[Person]] = defaultdict(list)
    for person in find_people(request.typed):
        tenants[(person.email.lower(), person.engine, person.reseller)].append(person)
    with transaction.atomic():
        for people in tenants.values():
            if not _has_enough(people[0]):
                links.send_password_links(links.Purpose.FORGOTTEN, people)
        LinkRequest.objects.filter(pk=request.pk).update(is_done=True)


def pending_requests() -> list[int]:
    """List the requests of the last hour that no worker has answered."""
    now = timezone.now()
    pending = LinkRequest.objects.filter(is_done=False, due_at__lte=now, created_at__gt=now - links.HOUR)
    return list(pending.values_list("pk", flat=True))


def delete_old_requests() -> None:
    """Delete requests that were made more than a week ago."""
    LinkRequest.objects.filter(created_at__lt=timezone.now() - links.KEPT_FOR).delete()


def _has_enough(person: Person) -> bool:
    """Return whether an address has already got its hourly number of mails, counted per tenant."""
    recent = OneUseLink.objects.filter(
        purpose=links.Purpose.FORGOTTEN,
        recipient__iexact=person.email,
        engine=person.engine,
        reseller=person.reseller,
        created_at__gt=timezone.now() - links.HOUR,
    )
    return recent.values("letter").distinct().count() >= PER_RECIPIENT


def set_password_by_link(link: OneUseLink, password: str, source: str) -> bool:
    """Set the password of a link's person, and end their sessions and other links.

    Returns ``False`` if the link was just used, or the person's password or e-mail address changed since it was
    written. Raises ``NgnproError`` if NGNPro refuses or does not answer; then the link can be used again.
    """
    if not links.spend_link(link):
        return False
    was_answered = False
    try:
        is_set = _set_password(link, password, source)
        was_answered = True
    finally:
        if not was_answered:
            links.restore_link(link)
    if is_set:
        login = link.subject if link.role == Role.OPERATOR else link.login
        sessions.end_all_sessions(sessions.person_key(link.role, link.engine, login))
    return is_set


def _set_password(link: OneUseLink, password: str, source: str) -> bool:
    if link.role == Role.OPERATOR:
        return _set_by_operator(link, password, source)
    record = record_of(link.role, link.subject, link.engine)
    if record is None or isinstance(record, Operator) or not links.has_same_proof(link, record):
        return False
    writes, ngnpro = links.ngnpro_for_link(link, record, source)
    wanted: CustomerAccount | SipAccount
    if isinstance(record, SipAccount):
        wanted = with_web_password(record, password)
    else:
        wanted = replace(record, password=password)
    with writes.change(record, wanted) as write:
        if isinstance(wanted, SipAccount):
            write.stored = ngnpro.sip.update_account(wanted)
        else:
            write.stored = ngnpro.customers.update_account(wanted)
    return True


def _set_by_operator(link: OneUseLink, password: str, source: str) -> bool:
    with transaction.atomic():
        operator = Operator.objects.select_for_update().filter(pk=link.subject, is_active=True).first()
        if operator is None or not links.has_same_proof(link, operator):
            return False
        set_operator_password(operator, password)
    Writes(Author(links.viewer_of_link(link, operator), source)).record_operation(
        "setPassword", about=("operator", link.login)
    )
    return True
