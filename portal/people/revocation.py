"""Ends sessions and one-use links that a change has outdated.

Sessions end when another person sets a person's password or deletes their account; when people change their own
password, the page ends all other sessions (``confirmation``). Links end after any change of a password or the
e-mail address. After changes outside the portal they end as well, by their proof (``directory.proof_of``). The known
devices of a deleted person and the second factor of a deleted customer are deleted.
"""

from __future__ import annotations

from typing import Any

from portal.core import servers
from portal.core.sip_accounts import is_same_web_password
from portal.core.viewer import Role
from portal.core.writes import State, Write
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount, SipAccount
from portal.people import links, sessions
from portal.people.models import CustomerFactor, FactorDuty, KnownDevice

LOGIN_ROLES = (Role.CUSTOMER, Role.RESELLER)


def end_outdated_sessions(sender: object, write: Write, **_: Any) -> None:
    """End the sessions and links that a write has outdated; links end even if the outcome of the write is unknown."""
    if not write.calls or isinstance(write.error, errors.Refusal):
        return
    viewer = write.author.viewer
    engine = servers.engine(viewer.engine).name
    outdated = has_another_login(write.before, write.after)
    if outdated or has_another_email(write.before, write.after):
        end_outdated_links(write.before, engine)
    if not write.finished or not outdated:
        return
    if write.after is None and isinstance(write.before, CustomerAccount):
        CustomerFactor.objects.filter(engine=engine, customer=write.before.id).delete()
        FactorDuty.objects.filter(engine=engine, reseller=write.before.id).delete()
    for role, login in people_of_record(write.before):
        person = sessions.person_key(role, engine, login)
        if (role, login) != (viewer.role, viewer.login.lower()):
            sessions.end_all_sessions(person)
        if write.after is None:
            KnownDevice.objects.filter(person=person[:400]).delete()


def end_outdated_links(record: State | None, engine: str) -> None:
    """End all one-use links of the people who sign in with a record."""
    if isinstance(record, SipAccount):
        links.cancel_links(Role.SUBSCRIBER, engine, str(record.id))
    elif isinstance(record, CustomerAccount):
        for role in LOGIN_ROLES:
            links.cancel_links(role, engine, str(record.id))


def has_another_email(before: State | None, after: State | None) -> bool:
    """Return whether a change replaces a person's e-mail address."""
    is_person = isinstance(before, (SipAccount, CustomerAccount)) and isinstance(after, (SipAccount, CustomerAccount))
    return is_person and before.email.lower() != after.email.lower()  # type: ignore[union-attr]


def has_another_login(before: State | None, after: State | None) -> bool:
    """Return whether a person's login is no longer valid: the record was deleted, or login or password changed."""
    if isinstance(before, SipAccount) and isinstance(after, SipAccount):
        return not is_same_web_password(before, after) or is_another_password(before.password, after.password)
    if isinstance(before, CustomerAccount) and isinstance(after, CustomerAccount):
        return before.username != after.username or is_another_password(before.password, after.password)
    return after is None


def is_another_password(before: str, after: str) -> bool:
    """Return whether a write changes a password; an empty one leaves it unchanged (contract: accounts)."""
    return bool(after) and after != before


def people_of_record(record: State | None) -> list[tuple[Role, str]]:
    """Return the roles and logins of the people who sign in with a record."""
    if isinstance(record, SipAccount):
        return [(Role.SUBSCRIBER, str(record.id).lower())]
    return [(role, record.username.lower()) for role in LOGIN_ROLES] if isinstance(record, CustomerAccount) else []
