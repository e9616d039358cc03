"""Ends sign-ins that a change has outdated: when somebody else sets a person's password, or deletes his account.

A person who changes his own password decides himself where else he stays signed in (``session:places``).
"""

from __future__ import annotations

from typing import Any

from portal.core import service
from portal.core.auth import Role
from portal.core.writes import State, Write
from portal.ngnpro.records import CustomerAccount, SipAccount

from . import places

LOGIN_ROLES = (Role.CUSTOMER, Role.RESELLER)


def end(sender: object, write: Write, **_: Any) -> None:
    """Look at a write that has ended well."""
    if not write.finished or not write.calls or not is_outdated(write.before, write.after):
        return
    viewer = write.author.viewer
    engine = service.engine(viewer.engine).name
    for role, login in people_of(write.before):
        if (role, login) != (viewer.role, viewer.login.lower()):
            places.end_all(places.person_key(role, engine, login))


def is_outdated(before: State | None, after: State | None) -> bool:
    """Tell whether what a person signed in with holds no longer: it is gone, or its password is another."""
    if isinstance(before, SipAccount) and isinstance(after, SipAccount):
        web = before.get_property("web_password") != after.get_property("web_password")
        return web or is_another(before.password, after.password)
    if isinstance(before, CustomerAccount) and isinstance(after, CustomerAccount):
        return before.username != after.username or is_another(before.password, after.password)
    return after is None


def is_another(before: str, after: str) -> bool:
    """Compare passwords; one that is sent empty stays as it is (contract: accounts)."""
    return bool(after) and after != before


def people_of(record: State | None) -> list[tuple[Role, str]]:
    """Name those who sign in with a record."""
    if isinstance(record, SipAccount):
        return [(Role.SUBSCRIBER, str(record.id).lower())]
    return [(role, record.username.lower()) for role in LOGIN_ROLES] if isinstance(record, CustomerAccount) else []
