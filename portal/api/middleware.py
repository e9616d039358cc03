"""Middleware that turns error pages into problem details, where the API is asked."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.people.tokens.middleware import is_of_api

from .problems import PROBLEM_JSON, Problem, answer_of

WORDS = {
    400: _("The request is malformed, or its Host is not one of this portal."),
    405: _("This path does not have this method."),
    413: _("The body is longer than the API accepts."),
}


class ProblemMiddleware:
    """Gives all errors of the API one form, also those that a page would show, such as of a body that is too long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "")
        if not is_of_api(request) or response.status_code < 400 or kind == PROBLEM_JSON:
            return response
        words = WORDS.get(response.status_code) or _("The portal could not answer. The log has the id of the request.")
        kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
        return answer_of(Problem(response.status_code, words, headers=kept))
