"""The author of a job while no one is signed in: their viewer as data, and their login, sealed until the job ends."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from portal.core import servers
from portal.core.record_locks import record_lock
from portal.core.sealing import seal, unseal
from portal.core.viewer import Acting, Role, Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import Credentials, Ngnpro
from portal.people.operators.models import Operator
from portal.people.viewers import credentials_of

from .models import Job


def who_is(viewer: Viewer) -> str:
    """Return a text that identifies a person, and whom they act for."""
    return f"{viewer.role} {viewer.login} {viewer.scope}"[:800]


def share_of(viewer: Viewer) -> str:
    """Return whose share of the work a viewer's jobs use: that of their reseller; all operators have one together."""
    if viewer.effective_role is Role.OPERATOR:
        return f"{viewer.engine} operators"
    acting = viewer.acting.reseller or viewer.acting.customer if viewer.acting else 0
    return f"{viewer.engine} {acting or viewer.tree or viewer.reseller or viewer.customer}"


def as_data(viewer: Viewer) -> dict[str, Any]:
    """Return a viewer as plain data, without the sealed login of whom they act for."""
    data = asdict(viewer)
    data |= {name: sorted(data[name]) for name in ("rights", "refused")}
    if data["acting"]:
        data["acting"] |= {"sealed": ""}
    return data


def viewer_of(job: Job) -> Viewer:
    """Return the viewer of a job's author, as they were when they confirmed it."""
    data = dict(job.viewer)
    data |= {name: frozenset(data[name]) for name in ("rights", "refused")}
    acting = Acting(**data["acting"]) if data["acting"] else None
    return Viewer(**{**data, "role": Role(data["role"]), "acting": acting})


def sealed_login(viewer: Viewer, session: SessionBase) -> str:
    """Return the login for a job's calls, sealed; of the portal's own login only whom it acts for is stored."""
    credentials = credentials_of(viewer, session)
    if servers.engine(viewer.engine).owns(credentials):
        return seal(json.dumps({"impersonate": credentials.impersonate}))
    return seal(json.dumps({"username": credentials.username, "password": credentials.password}))


def credentials_for(job: Job) -> Credentials | None:
    """Return the login of a job; ``None`` if it cannot be decrypted, or if its operator may no longer change things."""
    data = json.loads(unseal(job.login) or "{}")
    if job.viewer["role"] == Role.OPERATOR and not _is_operator_still_allowed(job):
        return None
    if "impersonate" in data:
        return servers.engine(job.engine).credentials(data["impersonate"])
    return Credentials(data["username"], data["password"], admin=False) if data else None


def _is_operator_still_allowed(job: Job) -> bool:
    tree = job.viewer["tree"]
    return Operator.objects.filter(username=job.viewer["login"], is_active=True, may_change=True, tree=tree).exists()


def client_for(job: Job, credentials: Credentials, writes: Writes) -> Ngnpro:
    """Return the client with which a job makes its calls, journaled as its author's."""
    return Ngnpro(
        servers.engine(job.engine),
        credentials,
        on_call=writes.note,
        before_call=writes.expect,
        lock=record_lock,
    )


def writes_for(job: Job) -> Writes:
    """Return the writes of a job's author."""
    return Writes(Author(viewer_of(job), job.source))
