"""The viewer of a request: who they are, what they may do, and with whose credentials the portal asks NGNPro."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from portal.core import sealing, service
from portal.core.record_locks import record_lock
from portal.core.writes import Writes
from portal.ngnpro import Credentials, Ngnpro
from portal.operators.models import Operator

PERSON, ACTING, ENGINE, REFUSED = "person", "acting", "engine", "refused"


class Role(StrEnum):
    """The kinds of people who use the portal."""

    NOBODY = "nobody"
    OPERATOR = "operator"
    RESELLER = "reseller"
    CUSTOMER = "customer"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom a viewer acts: a customer's id, name and username; whether they may change; until when (Unix time)."""

    customer: int
    name: str
    is_reseller: bool
    reseller: int = 0
    may_change: bool = False
    until: float = 0.0
    sealed: str = ""
    login: str = ""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person logged in.

    ``login`` is what they signed in with. ``customer`` and ``reseller`` are NGNPro ids: their own for a reseller or
    customer, those of their domain for a subscriber, 0 for an operator. ``account`` is a subscriber's SIP address.
    ``engine`` names their NGNPro server, ``refused`` the operations that it refuses them (``Sip.getRoutes``).
    ``tree`` is the reseller of that server to whom an operator is limited, 0 for none. ``rights`` are the customer
    properties that open something to them. ``scope`` tells apart viewers for whom NGNPro may answer differently.
    ``is_full``: an operator who lacks no right.
    """

    role: Role
    name: str = ""
    login: str = ""
    scope: str = ""
    customer: int = 0
    reseller: int = 0
    reseller_active: bool = False
    account: str = ""
    tree: int = 0
    rights: frozenset[str] = frozenset()
    may_change: bool = True
    may_see_passwords: bool = True
    may_see_calls: bool = True
    is_full: bool = False
    acting: Acting | None = None
    engine: str = ""
    refused: frozenset[str] = frozenset()

    @property
    def is_nobody(self) -> bool:
        return self.role is Role.NOBODY

    @property
    def effective_role(self) -> Role:
        """Whose rights count: those of the customer for whom they act, else their own."""
        if self.acting:
            return Role.RESELLER if self.acting.is_reseller else Role.CUSTOMER
        return Role.RESELLER if self.tree else self.role

    @property
    def own_customer(self) -> int:
        """The customer whose rights count: whom they act for, the reseller to whom they are limited, or themselves."""
        return self.acting.customer if self.acting else self.tree or self.customer


class PortalRequest(HttpRequest):
    """A request after the portal's middleware."""

    viewer: Viewer
    writes: Writes
    ngnpro: Ngnpro


def viewer_of(request: HttpRequest) -> Viewer:
    """Tell who is looking, from the session."""
    if isinstance(request.user, Operator) and request.user.is_active:
        return _operator(request.user, request.session)
    if person := request.session.get(PERSON):
        return _person(person, _acting_in(request.session))
    return Viewer(Role.NOBODY)


def credentials_of(viewer: Viewer, session: SessionBase) -> Credentials:
    """Give the credentials of a viewer's calls (contract: Authentication and impersonation).

    For an operator these are the portal's own, impersonating the customer they act for; for a reseller or customer
    their own, so that NGNPro judges their rights; for a subscriber the portal's own, impersonating the customer of
    their domain.
    """
    if viewer.is_nobody:
        raise PermissionError("Only a person who has signed in speaks to NGNPro.")
    engine, acting = service.engine(viewer.engine), viewer.acting
    if viewer.role is Role.SUBSCRIBER:
        return engine.credentials(viewer.customer if engine.admin else 0)
    if viewer.role is Role.OPERATOR and not (acting and acting.sealed):
        return engine.credentials(acting.customer if acting else viewer.tree)
    sealed = acting.sealed if acting else session[PERSON]["sealed"]
    username, _, password = sealing.unseal(sealed).partition("\n")
    return Credentials(username, password, admin=False)


def ngnpro_for(request: PortalRequest) -> Ngnpro:
    """Open NGNPro with the rights of this request's viewer."""
    credentials = credentials_of(request.viewer, request.session)
    return Ngnpro(
        service.engine(request.viewer.engine),
        credentials,
        on_call=request.writes.note,
        before_call=request.writes.expect,
        lock=record_lock,
    )


def seal_login(username: str, password: str) -> str:
    """Encrypt a customer's NGNPro login for the server-side session."""
    return sealing.seal(f"{username}\n{password}")


def _operator(operator: Operator, session: SessionBase) -> Viewer:
    acting = _acting_in(session)
    engine = operator.tree_engine if operator.tree else session.get(ENGINE, "")
    return Viewer(
        Role.OPERATOR,
        name=str(operator),
        login=operator.username,
        scope=f"{engine} administrator {acting.customer if acting else operator.tree}",
        tree=operator.tree,
        may_change=operator.may_change and (acting is None or acting.may_change),
        may_see_passwords=operator.may_see_passwords,
        may_see_calls=operator.may_see_calls,
        is_full=operator.is_full,
        acting=acting,
        engine=engine,
        refused=frozenset(session.get(REFUSED, ())),
    )


def _person(person: dict[str, Any], acting: Acting | None) -> Viewer:
    same = ("name", "login", "customer", "reseller", "reseller_active", "account", "engine")
    customer = acting.customer if acting else person["customer"]
    return Viewer(
        Role(person["role"]),
        **{name: person[name] for name in same},
        rights=frozenset(person["rights"]),
        refused=frozenset(person["refused"]),
        scope=f"{person['engine']} {person['role']} {customer} {person['account']}",
        may_change=acting is None or acting.may_change,
        acting=acting,
    )


def _acting_in(session: SessionBase) -> Acting | None:
    """Read for whom the viewer acts; after its time it is over."""
    kept = session.get(ACTING)
    if kept is None:
        return None
    acting = Acting(**kept)
    if acting.until < time.time():
        del session[ACTING]
        return None
    return acting
