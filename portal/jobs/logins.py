"""The author of a job while no one is signed in: their viewer as data, and their login, sealed until the job ends."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.sealing import seal, unseal
from portal.core.viewer import Acting, Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Credentials, Ngnpro, errors
from portal.people.identification import rights_of
from portal.people.operators.models import Operator
from portal.people.viewers import credentials_of

from .models import Job

# members of viewers that are sets, which are lists in JSON; jobs from before the limits have none of these
SETS = ("rights", "refused", "ports", "domains")


def who_is(viewer: Viewer) -> str:
    """Return a text that identifies a person, and whom they act for."""
    return f"{viewer.role} {viewer.login} {viewer.scope}"[:800]


def share_of(viewer: Viewer) -> str:
    """Return whose share of the work a viewer's jobs use: their reseller's; all operators share one."""
    if viewer.effective_role is Role.OPERATOR:
        return f"{viewer.engine} operators"
    acting = viewer.acting.reseller or viewer.acting.customer if viewer.acting else 0
    return f"{viewer.engine} {acting or viewer.tree or viewer.reseller or viewer.customer}"


def as_data(viewer: Viewer) -> dict[str, Any]:
    """Return a viewer as plain data, without the sealed login of whom they act for."""
    data = asdict(viewer)
    data |= {name: sorted(data[name]) for name in SETS}
    if data["acting"]:
        data["acting"] |= {"sealed": ""}
    return data


def rights_in(data: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a viewer's data that determine what they may do."""
    return {name: value for name, value in data.items() if name not in ("name", "refused", "acting")}


def viewer_of(job: Job) -> Viewer:
    """Return the viewer of a job's author, as they were when they confirmed it."""
    data = dict(job.viewer)
    data |= {name: frozenset(data.get(name, ())) for name in SETS}
    acting = Acting.from_data(data["acting"]) if data["acting"] else None
    return Viewer(**{**data, "role": Role(data["role"]), "acting": acting})


def sealed_login(viewer: Viewer, session: SessionBase) -> str:
    """Return the login for a job's calls, sealed.

    Of the portal's own login only whom it acts for is stored, with what changes when the operator's password does.
    """
    credentials = credentials_of(viewer, session)
    if servers.engine(viewer.engine).owns(credentials):
        return seal(json.dumps({"impersonate": credentials.impersonate, "operator": _password_mark(viewer.login)}))
    return seal(json.dumps({"username": credentials.username, "password": credentials.password}))


def _password_mark(name: str) -> str:
    operator = Operator.objects.filter(username=name).first()
    return hashlib.sha256(operator.password.encode()).hexdigest() if operator else ""


def credentials_for(job: Job) -> Credentials | None:
    """Return the login of a job; ``None`` if it cannot be decrypted, or if its operator's password was changed."""
    data = json.loads(unseal(job.login) or "{}")
    if "impersonate" not in data:
        return Credentials(data["username"], data["password"], admin=False) if data else None
    if data["operator"] != _password_mark(job.viewer["login"]):
        return None
    return replace(servers.engine(job.engine).credentials(data["impersonate"]), limits=viewer_of(job).limits)


def why_no_longer(job: Job, credentials: Credentials) -> str:
    """Return why a job may not go on with the rights that its author had; empty if they still have them.

    Raises ``Outage``, and ``BadLogin`` if the login is not valid any more.
    """
    viewer = viewer_of(job)
    is_allowed = _still_operates(viewer) if viewer.role is Role.OPERATOR else _still_has_rights(viewer, credentials)
    if is_allowed:
        return ""
    return _("Its author has fewer rights than before. The other rows are compared again when it is resumed.")


def _still_operates(viewer: Viewer) -> bool:
    operator = Operator.objects.filter(username=viewer.login, is_active=True, may_change=True, tree=viewer.tree).first()
    rights = ("may_see_passwords", "may_see_calls", "is_full")
    if operator is None or operator.has_expired or operator.limits != viewer.limits:
        return False
    return all(getattr(operator, right) >= getattr(viewer, right) for right in rights)


def _still_has_rights(viewer: Viewer, credentials: Credentials) -> bool:
    """Return whether a reseller or customer has the rights that they had, as far as NGNPro tells."""
    engine = servers.engine(viewer.engine)
    ngnpro = servers.service_ngnpro(engine.name) if viewer.acting else Ngnpro(engine, credentials)
    try:
        own = ngnpro.customers.get_account(viewer.holder or viewer.customer)
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.Refusal:
        return viewer.acting is not None
    is_same = own.is_reseller == (viewer.role is Role.RESELLER) and own.reseller_active >= viewer.reseller_active
    return is_same and viewer.rights <= rights_of(engine, own)


def client_for_reading(job: Job) -> Ngnpro:
    """Return a client with the portal's login that finds out whether the rows of an ended job were written."""
    return servers.service_ngnpro(job.engine)


def client_for(job: Job, credentials: Credentials, writes: Writes) -> Ngnpro:
    """Return the client with which a job makes its calls, journaled as its author's."""
    ngnpro = servers.client_for_writes(writes, servers.engine(job.engine), credentials)
    writes.check_with(ngnpro)
    return ngnpro


def writes_for(job: Job) -> Writes:
    """Return the writes of a job's author."""
    return Writes(Author(viewer_of(job), job.source))
