"""The operations that are about no kind of record: the simulator, the journal, mails, plans and jobs."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any, Literal
from uuid import UUID

from ninja import NinjaAPI
from ninja.params.functions import Query

from . import finding, history, mails, routing, work
from .answers import described
from .paging import MOST, USUAL

Operation = Callable[..., Callable[..., Any]]
LIMIT: dict[str, tuple[Any, Any]] = {"limit": (int, Query(USUAL, ge=1, le=MOST))}
TEXT: tuple[Any, Any] = (str, Query(""))
# The room whose scope a token needs, by the tag of the operations.
SCOPES = {"Routing": routing.ROOM, "Journal": history.ROOM, "Mails": mails.ROOM, "Jobs": work.ROOM}


def add_services(api: NinjaAPI, operation: Operation) -> None:
    """Add the operations to the API."""
    for add in (_add_finding, _add_routing, _add_journal, _add_mails, _add_jobs):
        add(api, operation)


def _add(api: NinjaAPI, path: str, method: str, view: Any, name: str, tag: str, summary: str, schema: Any) -> None:
    status = 201 if name in ("makePlan", "startJob", "undoEntry") else 200
    about = described(summary, {status: {}}, tags=[tag], scope=SCOPES.get(tag, "")) | {"response": {status: schema}}
    if method == "POST":
        about["openapi_extra"]["parameters"] = [
            {
                "in": "header",
                "name": "Idempotency-Key",
                "description": "Identifies this request, so that it is carried out once.",
                "required": False,
                "schema": {"type": "string"},
            }
        ]
    api.default_router.add_api_operation(path, [method], view, operation_id=name, **about)


def _add_finding(api: NinjaAPI, operation: Operation) -> None:
    text = {
        "text": (str, Query(..., min_length=1, max_length=finding.LONGEST, description="A part of a record's name."))
    }
    token, search = operation(finding.get_token), operation(finding.search, **text)
    _add(api, "/token", "GET", token, "getToken", "Search", "Say what this token may do", finding.TokenOut)
    _add(api, "/search", "GET", search, "search", "Search", "Search records of all kinds", finding.SearchOut)


def _add_routing(api: NinjaAPI, operation: Operation) -> None:
    view = operation(
        routing.route_call,
        number=(str, Query(..., description="What is dialled.")),
        caller=(str, Query("", description="The address of the account that calls, or another caller.")),
        country=(str, Query("", description="The country code of numbers with a single 0 in front.")),
        reseller=(int, Query(0, description="Whose routes are used if no account calls.")),
    )
    summary = "Follow a call through the routing"
    _add(api, "/lcr/simulator", "GET", view, "routeCall", "Routing", summary, routing.RoutedCall)


def _add_journal(api: NinjaAPI, operation: Operation) -> None:
    entry = {"entry": (int, ...)}
    day: tuple[Any, Any] = (datetime.date | None, Query(None))
    texts = dict.fromkeys(("key", "kind", "who", "operation", "result"), TEXT)
    before = {"before": (int | None, Query(None, ge=1, lt=2**63))}
    found = operation(history.list_entries, **LIMIT, **before, **texts, since=day, until=day)
    one, undo = operation(history.get_entry, **entry), operation(history.undo_entry, **entry)
    add = partial(_add, api)
    add("/journal", "GET", found, "listEntries", "Journal", "List the journal", history.EntriesOut)
    add("/journal/{entry}", "GET", one, "getEntry", "Journal", "Get an entry", history.EntryOut)
    add("/journal/{entry}/undo", "POST", undo, "undoEntry", "Journal", "Undo a change", history.EntryOut)


def _add_mails(api: NinjaAPI, operation: Operation) -> None:
    start = {"start": (int, Query(0, ge=0, lt=2**31))}
    found = operation(mails.list_mails, **LIMIT, **start, state=TEXT, recipient=TEXT)
    again = operation(mails.send_again, mail=(UUID, ...))
    _add(api, "/mail/outbox", "GET", found, "listMails", "Mails", "List the outbox", mails.MailPage)
    path = "/mail/outbox/{mail}/send-again"
    _add(api, path, "POST", again, "sendMailAgain", "Mails", "Send a mail again", mails.Mail)


def _add_jobs(api: NinjaAPI, operation: Operation) -> None:
    job: dict[str, tuple[Any, Any]] = {"job": (UUID, ...)}
    plan = operation(work.make_plan, plan=(work.PlanIn, ...))
    start = operation(work.start_job, job=(work.JobIn, ...))
    rows = operation(work.list_rows, **job, **LIMIT, after=(int, Query(-1, ge=-1, lt=2**31)), state=TEXT)
    what = {"what": (Literal["pause", "resume", "cancel", "retry", "undo"], ...)}
    add = partial(_add, api)
    add("/plans", "POST", plan, "makePlan", "Jobs", "Make a plan", work.JobOut)
    add("/jobs", "POST", start, "startJob", "Jobs", "Carry out a plan", work.JobOut)
    add("/jobs", "GET", operation(work.list_jobs, **LIMIT), "listJobs", "Jobs", "List jobs", work.JobsOut)
    add("/jobs/{job}", "GET", operation(work.get_job, **job), "getJob", "Jobs", "Get a job", work.JobOut)
    add("/jobs/{job}/rows", "GET", rows, "listRows", "Jobs", "List the rows of a job", work.RowPage)
    change = operation(work.change_job, **job, **what)
    add("/jobs/{job}/{what}", "POST", change, "changeJob", "Jobs", "Pause, resume, cancel, retry, undo", work.JobOut)
