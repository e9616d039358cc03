"""Setting a new password for a person who proved who they are, by a one-use link or by the old password."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from portal.core import service
from portal.core.record_locks import record_lock
from portal.core.viewer import Role, Viewer
from portal.core.web_passwords import with_web_password
from portal.core.writes import Author, Writes
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId
from portal.people.operators.models import Operator

from . import links, sessions
from .models import PasswordLink


def set_by_link(link: PasswordLink, password: str, source: str) -> bool:
    """Set the password of a link's person, and end their sessions and other links.

    ``False`` if the link was just used, or its person's password or e-mail address changed since it was written.
    ``NgnproError`` when NGNPro refuses or is away; the link is good for another try then.
    """
    if not links.take(link):
        return False
    was_answered = False
    try:
        is_set = _SETTERS[Role(link.role)](link, password, source)
        was_answered = True
    finally:
        if not was_answered:
            links.give_back(link)
    if is_set:
        login = link.subject if link.role == Role.OPERATOR else link.login
        sessions.end_all(sessions.person_key(link.role, link.engine, login))
    return is_set


def set_operators(operator: Operator, password: str) -> None:
    """Set an operator's password as their own choice."""
    operator.set_password(password)
    operator.must_change_password = False
    operator.save(update_fields=["password", "must_change_password"])


def _of_operator(link: PasswordLink, password: str, source: str) -> bool:
    with transaction.atomic():
        operator = Operator.objects.select_for_update().filter(pk=link.subject, is_active=True).first()
        if operator is None or not links.is_proved(link, operator):
            return False
        set_operators(operator, password)
    Writes(Author(_viewer(link), source)).tell("setPassword", about=("operator", link.login))
    return True


def _of_customer(link: PasswordLink, password: str, source: str) -> bool:
    """Set the NGNPro password with the portal's own credentials."""
    writes, ngnpro = _open(link, source)
    customer = or_none(ngnpro.customers.get_account, int(link.subject))
    if customer is None or not links.is_proved(link, customer):
        return False
    wanted = replace(customer, password=password)
    with writes.change(customer, wanted) as write:
        write.stored = ngnpro.customers.update_account(wanted)
    return True


def _of_subscriber(link: PasswordLink, password: str, source: str) -> bool:
    """Set the web password, as a hash: nobody has to read it again."""
    writes, ngnpro = _open(link, source)
    account = or_none(ngnpro.sip.get_account, SipId.parse(link.subject))
    if account is None or not links.is_proved(link, account):
        return False
    wanted = with_web_password(account, password)
    with writes.change(account, wanted) as write:
        write.stored = ngnpro.sip.update_account(wanted)
    return True


def _open(link: PasswordLink, source: str) -> tuple[Writes, Ngnpro]:
    """Open NGNPro as the portal itself, for writes in the name of the link's person."""
    engine = service.engine(link.engine)
    writes = Writes(Author(_viewer(link), source))
    ngnpro = Ngnpro(engine, engine.credentials(), on_call=writes.note, before_call=writes.expect, lock=record_lock)
    return writes, ngnpro


def _viewer(link: PasswordLink) -> Viewer:
    own = int(link.subject) if link.role in (Role.CUSTOMER, Role.RESELLER) else 0
    return Viewer(Role(link.role), name=link.name, login=link.login, customer=own, engine=link.engine)


_SETTERS = {
    Role.OPERATOR: _of_operator,
    Role.RESELLER: _of_customer,
    Role.CUSTOMER: _of_customer,
    Role.SUBSCRIBER: _of_subscriber,
}
