"""Errors of the API as problem details (RFC 9457): what happened, what is stored, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from ngnpro_wire.request_ids import current_request_id
from portal.core.error_pages import RETRY_SECONDS, explain_error
from portal.core.writes import Write
from portal.ngnpro import errors

PROBLEM_JSON = "application/problem+json"
# The status for each kind of refusal; for the others, 409.
STATUS: Mapping[type[errors.Refusal], int] = {
    errors.Missing: 404,
    errors.NotPermitted: 403,
    errors.BadLogin: 401,
    errors.Locked: 429,
    errors.InvalidValue: 422,
    errors.ChangedMeanwhile: 412,
    errors.NotOffered: 404,
}


class Problem(Exception):
    """A request that is refused; ``more`` are further members of the answer, ``headers`` its headers."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.more = more


class InvalidMembers(Problem):
    """Members of a request that cannot be read: pairs of a member and what is wrong with it."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        invalid = [{"field": field, "detail": detail} for field, detail in found]
        super().__init__(422, " ".join(dict.fromkeys(detail for _field, detail in found)), errors=invalid)


class ProblemAnswer(JsonResponse):
    """The answer to a request that is refused; ``stored`` is what the problem says about what is stored."""

    stored = ""


def answer_of(problem: Problem) -> HttpResponse:
    """Return the answer to a request that is refused."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
        "request": current_request_id(),
        **problem.more,
    }
    answer = ProblemAnswer(body, status=problem.status, content_type=PROBLEM_JSON, headers=dict(problem.headers))
    answer.stored = problem.more.get("stored", "")
    return answer


def problem_of(error: errors.NgnproError, made: Iterable[Write] = ()) -> Problem:
    """Return the problem for an error of NGNPro, with its code and the field that it names.

    ``made`` are the writes of the request: an outage before the first of them has stored nothing.
    """
    explained = explain_error(error)
    more: dict[str, Any] = {"next": explained.next_step} if explained.next_step else {}
    if isinstance(error, errors.Outage):
        has_written = any(write.calls for write in made)
        stored = "nothing" if error.nothing_changed or not has_written else "unknown"
        return Problem(503, explained.what, headers={"Retry-After": str(RETRY_SECONDS)}, stored=stored, **more)
    if not isinstance(error, errors.Refusal):
        return Problem(503, explained.what, stored="nothing", **more)
    if error.code:
        more |= {"code": error.code, "reason": error.text}
    if error.field:
        more["errors"] = [{"field": error.field, "detail": explained.what}]
    wait = error.wait if isinstance(error, errors.Locked) else None
    headers = {"Retry-After": str(int(wait.total_seconds()))} if wait else {}
    return Problem(STATUS.get(type(error), 409), explained.what, headers=headers, **more)
