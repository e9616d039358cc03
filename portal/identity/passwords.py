"""Setting a new password for a person who has proved by a one-use link, or by the old one, who he is."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from portal.core import service
from portal.core.auth import Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipAccount, SipAccountProperty, SipId
from portal.operators.models import Operator

from . import links, places
from .models import PasswordLink

WEB_PASSWORD = "web_password"  # noqa: S105 - the name of a property


def set_by_link(link: PasswordLink, password: str, source: str) -> bool:
    """Set the password of a link's person, end his sessions and his other links; ``False`` if it was just used.

    ``NgnproError`` when NGNPro refuses or is away; the link is good for another try then.
    """
    if not links.take(link):
        return False
    is_set = False
    try:
        _SETTERS[Role(link.role)](link, password, source)
        is_set = True
    finally:
        if not is_set:
            links.give_back(link)
    links.cancel_others(link)
    login = link.subject if link.role == Role.OPERATOR else link.login
    places.end_all(places.person_key(link.role, link.engine, login))
    return True


def operator_of(link: PasswordLink) -> Operator | None:
    """Find the operator whose password a link sets; ``None`` for other people's links."""
    return Operator.objects.filter(pk=link.subject, is_active=True).first() if link.role == Role.OPERATOR else None


def set_operators(operator: Operator, password: str) -> None:
    """Set an operator's password as his own choice."""
    operator.set_password(password)
    operator.must_change_password = False
    operator.save(update_fields=["password", "must_change_password"])


def _of_operator(link: PasswordLink, password: str, source: str) -> None:
    set_operators(Operator.objects.get(pk=link.subject), password)
    Writes(Author(_viewer(link), source)).tell("setPassword", about=("operator", link.login))


def _of_customer(link: PasswordLink, password: str, source: str) -> None:
    """Set the NGNPro password with the portal's own credentials."""
    writes, ngnpro = _open(link, source)
    customer = ngnpro.customers.get_account(int(link.subject))
    wanted = replace(customer, password=password)
    with writes.change(customer, wanted) as write:
        write.stored = ngnpro.customers.update_account(wanted)


def _of_subscriber(link: PasswordLink, password: str, source: str) -> None:
    """Set the web password, as a hash: nobody has to read it again."""
    writes, ngnpro = _open(link, source)
    account = ngnpro.sip.get_account(SipId.parse(link.subject))
    kept = tuple(entry for entry in account.properties if entry.name != WEB_PASSWORD)
    hashed = SipAccountProperty(name=WEB_PASSWORD, value=hash_web_password(account, password))
    wanted = replace(account, properties=(*kept, hashed))
    with writes.change(account, wanted) as write:
        write.stored = ngnpro.sip.update_account(wanted)


def hash_web_password(account: SipAccount, password: str) -> str:
    """Write a web password as ``ha1:ha1b`` (contract: Passwords), names in lower case."""
    username, domain = account.id.username.lower(), account.id.domain.lower()
    texts = (f"{username}:{domain}:{password}", f"{username}@{domain}:{domain}:{password}")
    return ":".join(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts)


def _open(link: PasswordLink, source: str) -> tuple[Writes, Ngnpro]:
    """Open NGNPro as the portal itself, for writes in the name of the link's person."""
    engine = service.engine(link.engine)
    writes = Writes(Author(_viewer(link), source))
    return writes, Ngnpro(engine, engine.credentials(), on_call=writes.note)


def _viewer(link: PasswordLink) -> Viewer:
    own = int(link.subject) if link.role in (Role.CUSTOMER, Role.RESELLER) else 0
    return Viewer(Role(link.role), name=link.name, login=link.login, customer=own, engine=link.engine)


_SETTERS = {
    Role.OPERATOR: _of_operator,
    Role.RESELLER: _of_customer,
    Role.CUSTOMER: _of_customer,
    Role.SUBSCRIBER: _of_subscriber,
}
