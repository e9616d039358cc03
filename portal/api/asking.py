"""What a request of the API may do: by the token's scopes, by the viewer's rights, and how often."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.core.access import may_open, why_only_looking
from portal.core.forms import NOT_XML
from portal.ngnpro import errors
from portal.people.tokens.middleware import ApiRequest
from portal.people.tokens.models import ApiToken

from .problems import InvalidMembers, Problem, problem_of

WINDOW = 60
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="NGNPro portal"'}


def require_token(request: ApiRequest) -> ApiToken:
    """Return the token of a request; raises ``Problem`` if it has none that is valid."""
    if request.token is not None:
        return request.token
    if isinstance(request.refusal, errors.Outage):
        raise problem_of(request.refusal)
    raise Problem(401, str(request.refusal), headers=CHALLENGE)


def require_right(request: ApiRequest, room: str, page: str, *, writes: bool = False) -> None:
    """Raise ``Problem`` unless the token's scopes and the viewer's rights include what a page of a room does."""
    if not require_token(request).allows(room, writes=writes):
        scope = f"{room}: {'write' if writes else 'read'}"
        raise Problem(403, _("This token does not include “%(scope)s”.") % {"scope": scope}, scope=scope)
    if not may_open(request.viewer, f"{room}:{page}"):
        raise Problem(403, _("You do not have the right to do this, or your NGNPro server does not offer it."))
    if writes and (reason := why_only_looking(request.viewer, f"{room}:{page}")):
        raise Problem(403, str(reason))
    if writes and not request.viewer.may_change:
        raise Problem(403, _("You have read-only access. An operator with full rights can change that."))


def count_request(token: ApiToken) -> dict[str, str]:
    """Count a request of a token; return the headers about its limit. Raises ``Problem`` above the limit.

    Requests are counted in windows of a minute, by each process of the portal, or by all together with Redis.
    """
    most, now = settings.API_REQUESTS, time.time()
    key, left = f"api-requests:{token.pk}:{int(now // WINDOW)}", int(WINDOW - now % WINDOW) or 1
    cache.add(key, 0, WINDOW * 2)
    try:
        count = cache.incr(key)
    except ValueError:
        count = 1  # the cache has lost it
    headers = {
        "RateLimit-Limit": str(most),
        "RateLimit-Remaining": str(max(most - count, 0)),
        "RateLimit-Reset": str(left),
    }
    if count > most:
        words = _("More than %(most)s requests in a minute. Nothing was changed.") % {"most": most}
        raise Problem(429, words, headers={**headers, "Retry-After": str(left)})
    return headers


def body_of(request: ApiRequest) -> dict[str, Any]:
    """Return the JSON object that a request sends; raises ``Problem``."""
    found = _parsed(request)
    if not isinstance(found, dict):
        raise Problem(422, _("The body has to be a JSON object."))
    return found


def check_body(request: ApiRequest) -> None:
    """Raise ``Problem`` if the body of a request is no JSON, or has characters that cannot be sent to NGNPro."""
    found = [(place, text) for place, text in _texts_in(_parsed(request)) if NOT_XML.search(text)]
    if found:
        words = _("It contains a control character. Please type it again.")
        raise InvalidMembers([(place, f"{place}: {words}") for place, _text in found])


def _parsed(request: ApiRequest) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, _("The body is not JSON in UTF-8.")) from error


def _texts_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of all strings in JSON, names of members included."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, str):
            yield place, one
        elif isinstance(one, dict):
            yield from ((f"{place}/?", name) for name in one)
            waiting += [(f"{place}/{name}".strip("/"), item) for name, item in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{place}/{at}".strip("/"), item) for at, item in enumerate(one)]


def json_answer(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """Return an answer with JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
    return HttpResponse(text, status=status, content_type="application/json", headers=headers)
