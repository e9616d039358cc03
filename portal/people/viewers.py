"""The viewer of a request, made from its session, and acting for a reseller or customer.

Acting is read-only at first, and ends after half an hour.
"""

from __future__ import annotations

import dataclasses
import time
from dataclasses import replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ngnpro_wire.facts.member_rights import INHERITED_RIGHTS
from ngnpro_wire.facts.truth import is_true
from portal.core import sealing, servers
from portal.core.customer_names import name_of
from portal.core.portal_request import PortalRequest
from portal.core.viewer import Acting, Role, Viewer, acting_started
from portal.ngnpro import Credentials, Ngnpro, errors
from portal.ngnpro.records import CustomerAccount
from portal.people.operators.models import Operator

# Properties of a customer that give access to pages (contract: Ownership, resellers and rights). Inherited ones count
# only if the customer's reseller has them as well.
OWN_RIGHTS = frozenset({"pstn_access", "sms_access"}) | INHERITED_RIGHTS
# Keys of the session.
PERSON, ACTING, ENGINE, REFUSED, ON_WALL = "person", "acting", "engine", "refused", "on wall"
# With which provider the person signed in, as ``key`` and ``name``, and whether that has checked a second factor.
SIGNED_ON = "single-sign-on"


def viewer_of(request: HttpRequest) -> Viewer:
    """Return the viewer of a request, from its session."""
    viewer = _person_in(request)
    return replace(viewer, on_wall=True) if request.session.get(ON_WALL) and not viewer.is_nobody else viewer


def _person_in(request: HttpRequest) -> Viewer:
    if isinstance(request.user, Operator) and request.user.is_active:
        return viewer_of_operator(request.user, request.session)
    if person := request.session.get(PERSON):
        return viewer_of_person(person, _acting_in(request.session))
    return Viewer(Role.NOBODY)


def credentials_of(viewer: Viewer, session: SessionBase) -> Credentials:
    """Return the credentials for a viewer's calls (contract: Authentication and impersonation).

    For an operator these are the portal's own, impersonating the customer they act for; for a reseller or customer
    their own, so that NGNPro checks their rights, or the portal's own impersonating them if a provider has signed them
    in without a password; for a subscriber the portal's own, impersonating the customer of their domain.
    """
    if viewer.is_nobody:
        raise PermissionError("Only a person who has signed in speaks to NGNPro.")
    return replace(_login_of(viewer, session), limits=viewer.limits)


def _login_of(viewer: Viewer, session: SessionBase) -> Credentials:
    engine, acting = servers.engine(viewer.engine), viewer.acting
    if viewer.role is Role.SUBSCRIBER:
        return engine.credentials(viewer.customer if engine.admin else 0)
    if viewer.role is Role.OPERATOR and not (acting and acting.sealed):
        return engine.credentials(acting.customer if acting else viewer.tree)
    sealed = acting.sealed if acting else session[PERSON]["sealed"]
    if not sealed and not acting and engine.admin and viewer.own_customer:
        return engine.credentials(viewer.own_customer)
    username, _, password = sealing.unseal(sealed).partition("\n")
    return Credentials(username, password, admin=False)


def ngnpro_for(request: PortalRequest) -> Ngnpro:
    """Open NGNPro with the credentials of this request's viewer."""
    credentials = credentials_of(request.viewer, request.session)
    return servers.client_for_writes(request.writes, servers.engine(request.viewer.engine), credentials)


def seal_login(username: str, password: str) -> str:
    """Encrypt a customer's NGNPro login for the server-side session."""
    return sealing.seal(f"{username}\n{password}")


def viewer_of_operator(operator: Operator, session: SessionBase) -> Viewer:
    """Return the viewer of an operator; the session says which NGNPro server they chose, and whom they act for."""
    acting = _acting_in(session)
    engine = operator.tree_engine if operator.tree else session.get(ENGINE, "")
    limits = operator.limits
    return Viewer(
        Role.OPERATOR,
        name=str(operator),
        login=operator.username,
        scope=" ".join([f"{engine} administrator {acting.customer if acting else operator.tree}", *limits.words()]),
        tree=operator.tree,
        may_change=operator.may_change and (acting is None or acting.may_change),
        may_see_passwords=operator.may_see_passwords,
        may_see_calls=operator.may_see_calls,
        is_full=operator.is_full,
        acting=acting,
        ports=limits.ports,
        domains=limits.domains,
        engine=engine,
        refused=frozenset(session.get(REFUSED, ())),
    )


def viewer_of_person(person: dict[str, Any], acting: Acting | None = None) -> Viewer:
    """Return the viewer of a reseller, customer or subscriber, from what their session knows about them."""
    same = ("name", "login", "customer", "reseller", "reseller_active", "account", "engine")
    # sessions made before the portal knew holders have only the person's own rights
    holder = person.get("holder", 0)
    customer = acting.customer if acting else holder or person["customer"]
    return Viewer(
        Role(person["role"]),
        **{name: person[name] for name in same},
        holder=holder,
        rights=frozenset(person["rights"]),
        refused=frozenset(person["refused"]),
        scope=f"{person['engine']} {person['role']} {customer} {person['account']}",
        may_change=acting is None or acting.may_change,
        acting=acting,
    )


def _acting_in(session: SessionBase) -> Acting | None:
    """Return whom the viewer acts for; if the time is up, delete it from the session and return ``None``."""
    kept = session.get(ACTING)
    if kept is None:
        return None
    acting = Acting.from_data(kept)
    if acting.until < time.time():
        del session[ACTING]
        return None
    return acting


ACTING_SECONDS = 30 * 60


def start_acting(request: HttpRequest, viewer: Viewer, customer: CustomerAccount) -> None:
    """Start acting for a customer that the viewer may see.

    If the portal has administrator credentials, an operator impersonates the customer. Otherwise the customer's own
    login is used, which NGNPro returns to those above the customer (contract: CustomerAccount). Raises
    ``NotPermitted`` if NGNPro does not return it.
    """
    sealed = ""
    if viewer.role is not Role.OPERATOR or not servers.engine(viewer.engine).admin:
        if not customer.password:
            raise errors.NotPermitted(
                0, _("NGNPro does not return this customer's login to you, so you cannot act for this customer.")
            )
        sealed = seal_login(customer.username, customer.password)
    request.session[ACTING] = dataclasses.asdict(acting_for(customer, sealed))
    acting_started.send(__name__, viewer=viewer, customer=customer)


def acting_for(customer: CustomerAccount, sealed: str = "") -> Acting:
    """Return what a session knows about acting for a customer; ``sealed`` is their login if it is used."""
    return Acting(
        customer=customer.id,
        name=name_of(customer),
        is_reseller=customer.is_reseller,
        reseller=customer.reseller,
        until=time.time() + ACTING_SECONDS,
        sealed=sealed,
        login=customer.username,
        rights=tuple(sorted(right for right in OWN_RIGHTS if is_true(customer.get_property(right)))),
    )


def allow_changes(request: HttpRequest) -> None:
    """Allow changes while acting."""
    if acting := request.session.get(ACTING):
        request.session[ACTING] = {**acting, "may_change": True}


def stop_acting(request: HttpRequest) -> None:
    """Stop acting."""
    request.session.pop(ACTING, None)
