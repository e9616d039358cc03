"""Plans and jobs: changes of many records, which are planned first and carried out by the worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from portal.core.bulk import BulkAction
from portal.core.customer_names import CustomerNames
from portal.core.fields import CustomerField
from portal.core.resources import Resource
from portal.core.rooms import page_of_action, resource_of
from portal.jobs import engine, services
from portal.jobs.importing import ADD, CHANGE, UPDATE
from portal.jobs.models import Job, JobRow
from portal.jobs.objects.catalog import Kind, kinds
from portal.jobs.objects.values import cell_of
from portal.people.tokens.middleware import ApiRequest

from .asking import json_answer, require_right
from .filters import conditions_of
from .problems import InvalidMembers, Problem

ROOM = "jobs"
INLINE_SECONDS = 2.0
MOST_ROWS = 5000


class PlanIn(Schema):
    """What a plan does: records to add or change (``rows``), or an action on records by key or by filter.

    ``mode`` says what ``rows`` may do. ``values`` are the fields of the action's form.
    """

    kind: str
    title: str = ""
    rows: list[dict[str, Any]] | None = None
    mode: Literal["add", "update", "change"] = "update"
    action: str = ""
    keys: list[str] | None = None
    filter: dict[str, Any] | None = None
    values: dict[str, Any] = {}


class JobIn(Schema):
    """The plan that a job carries out."""

    plan: UUID


class JobOut(Schema):
    """A plan, or the job that carries it out; ``rows`` counts its rows by state."""

    id: str
    title: str
    kind: str
    action: str
    state: str
    note: str
    rows: dict[str, int]
    made: str
    started: str | None
    ended: str | None


class JobsOut(Schema):
    """The latest jobs, newest first."""

    items: list[JobOut]


class RowOut(Schema):
    """One record of a job: what is done to it, whether that is done, and if not, why."""

    position: int
    kind: str
    key: str
    verb: str
    state: str
    reason: str
    changes: list[dict[str, Any]]


class RowPage(Schema):
    """A page of rows; ``next`` is the parameter ``after`` of the next page."""

    items: list[RowOut]
    next: int | None


def make_plan(request: ApiRequest, plan: PlanIn) -> HttpResponse:
    """Make a plan, which writes nothing; ``POST /jobs`` carries it out."""
    require_right(request, ROOM, "list", writes=True)
    kind = kinds().get(plan.kind)
    if kind is None:
        raise InvalidMembers([("kind", _("kind: there is no kind of record “%(name)s”.") % {"name": plan.kind})])
    job = services.new_job(request.viewer, request.token_session, request.writes.author.source)
    job = (_plan_action if plan.rows is None else _plan_rows)(request, job, kind, plan)
    engine.work(INLINE_SECONDS, job)
    job.refresh_from_db()
    return json_answer(shown_job(job), 201, Location=f"/api/v1/jobs/{job.pk}")


def _plan_rows(request: ApiRequest, job: Job, kind: Kind, plan: PlanIn) -> Job:
    require_right(request, kind.room, "add", writes=True)
    rows = plan.rows or []
    if not 0 < len(rows) <= MOST_ROWS:
        raise InvalidMembers([("rows", _("rows: send at least one, and at most %(most)s.") % {"most": MOST_ROWS})])
    job.title = plan.title[:300] or _("Import by the API")
    cells = [_cells(kind, row, at) for at, row in enumerate(rows)]
    return services.store_cells(job, kind.resource, cells, {"add": ADD, "update": UPDATE, "change": CHANGE}[plan.mode])


def _cells(kind: Kind, row: Mapping[str, Any], at: int) -> dict[str, str]:
    """Return a row of a plan as the cells of a spreadsheet."""
    if unknown := sorted(set(row) - set(kind.members)):
        words = _("%(name)s: there is no such member.") % {"name": unknown[0]}
        raise InvalidMembers([(f"rows/{at}/{unknown[0]}", words)])
    try:
        return {name: cell_of(value) for name, value in row.items() if value is not None}
    except ValueError as error:
        words = _("rows/%(at)s: a member cannot be read.") % {"at": at}
        raise InvalidMembers([(f"rows/{at}", words)]) from error


def _plan_action(request: ApiRequest, job: Job, kind: Kind, plan: PlanIn) -> Job:
    action = next((one for one in services.offered(request.viewer, kind.resource) if one.name == plan.action), None)
    if action is None:
        offered = ", ".join(one.name for one in services.offered(request.viewer, kind.resource))
        words = _("action: there is none “%(name)s”. There are: %(offered)s.")
        raise InvalidMembers([("action", words % {"name": plan.action, "offered": offered})])
    room, _colon, page = page_of_action(kind.resource, action).rpartition(":")
    require_right(request, room, page, writes=True)
    if (plan.keys is None) == (plan.filter is None):
        raise InvalidMembers([("keys", _("keys: send either “keys” or “filter”."))])
    values = _values(request, action, plan.values)
    conditions = None if plan.filter is None else conditions_of(kind.resource, plan.filter)
    return services.plan_action(job, kind.resource, action, values, keys=plan.keys or (), conditions=conditions)


def _values(request: ApiRequest, action: BulkAction, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of an action, checked by its form."""
    if action.form is None:
        return {}
    form = action.form(data=dict(given))
    for field in form.fields.values():
        if isinstance(field, CustomerField):
            names = CustomerNames(request.ngnpro, request.viewer)
            names.learn()
            field.know(dict(names))
    if not form.is_valid():
        found = [(f"values/{name}", f"{name}: {' '.join(map(str, words))}") for name, words in form.errors.items()]
        raise InvalidMembers(found)
    return form.cleaned_data


def start_job(request: ApiRequest, job: JobIn) -> HttpResponse:
    """Carry out a plan."""
    require_right(request, ROOM, "list", writes=True)
    found = _own(request, job.plan)
    _require_rooms(request, found)
    if not services.apply_plan(found):
        raise Problem(409, _("This plan is not waiting to be carried out."))
    found.refresh_from_db()
    return json_answer(shown_job(found), 201, Location=f"/api/v1/jobs/{found.pk}")


def _require_rooms(request: ApiRequest, job: Job) -> None:
    """Raise ``Problem`` unless the token may change all kinds of records of a job."""
    for kind in job.rows.order_by().values_list("kind", flat=True).distinct():
        resource: Resource = resource_of(kind)
        require_right(request, resource.room, resource.edit_page, writes=True)


def list_jobs(request: ApiRequest, limit: int) -> HttpResponse:
    """Return the latest plans and jobs of the token's person."""
    require_right(request, ROOM, "list")
    found = services.jobs_of(request.viewer).order_by("-made")[:limit]
    return json_answer({"items": [shown_job(job) for job in found]})


def get_job(request: ApiRequest, job: UUID) -> HttpResponse:
    """Return a plan or a job, with the number of its rows by state."""
    require_right(request, ROOM, "list")
    return json_answer(shown_job(_find(request, job)))


def list_rows(request: ApiRequest, job: UUID, limit: int, after: int, state: str) -> HttpResponse:
    """Return a page of the rows of a job, in their order."""
    require_right(request, ROOM, "list")
    found = _find(request, job).rows.filter(position__gt=after).order_by("position")
    found = found.filter(state=state) if state else found
    rows = list(found[: limit + 1])
    after_this = rows[limit - 1].position if len(rows) > limit else None
    return json_answer({"items": [_shown_row(row) for row in rows[:limit]], "next": after_this})


def change_job(request: ApiRequest, job: UUID, what: str) -> HttpResponse:
    """Pause, resume, cancel or retry a job, or make a plan that undoes it."""
    require_right(request, ROOM, "list", writes=True)
    found = _own(request, job)
    _require_rooms(request, found)
    if what == "undo":
        if not services.may_undo(request.viewer, found):
            raise Problem(409, _("This job has written nothing that could be undone, or was undone already."))
        found = services.plan_undo(
            services.new_job(request.viewer, request.token_session, request.writes.author.source), found
        )
        engine.work(INLINE_SECONDS, found)
    elif not _is_done(request, found, what):
        raise Problem(409, _("This job is in a state in which that is not possible."))
    found.refresh_from_db()
    return json_answer(shown_job(found))


def _is_done(request: ApiRequest, job: Job, what: str) -> bool:
    if what in ("resume", "retry"):
        run = services.resume if what == "resume" else services.try_again
        return run(job, request.viewer, request.token_session)
    return services.pause(job) if what == "pause" else services.cancel(job)


def _find(request: ApiRequest, number: UUID) -> Job:
    found = services.jobs_of(request.viewer).filter(pk=number).first()
    if found is None:
        raise Problem(404, _("There is no such job, or it is not yours."))
    return found


def _own(request: ApiRequest, number: UUID) -> Job:
    found = _find(request, number)
    if not services.is_author(request.viewer, found):
        raise Problem(403, _("Only its author can do this with a job."))
    return found


def shown_job(job: Job) -> dict[str, Any]:
    """Return a job as JSON has it."""
    same = ("title", "kind", "action", "state", "note")
    moments = {name: getattr(job, name) for name in ("made", "started", "ended")}
    return {
        "id": str(job.pk),
        **{name: str(getattr(job, name)) for name in same},
        "rows": dict(job.counts()),
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def _shown_row(row: JobRow) -> dict[str, Any]:
    same: Iterable[str] = ("position", "kind", "key", "verb", "state", "reason", "changes")
    return {name: getattr(row, name) for name in same}
