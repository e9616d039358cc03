"""The views of the API: one for all its operations, its OpenAPI document, and the page that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from portal.core.views import PortalView
from portal.people.tokens.middleware import ApiRequest

from .asking import check_body, count_request, require_token
from .idempotency import SAFE, answer_once
from .problems import Problem, answer_of
from .routes import document, resolver

DOCUMENT = "openapi.json"


@csrf_exempt  # a request has a token in a header, and its cookies are ignored
def call(request: HttpRequest, rest: str) -> HttpResponse:
    """Carry out an operation of the API."""
    asked = cast(ApiRequest, request)
    limits: dict[str, str] = {}
    try:
        token = require_token(asked)
        limits = count_request(token)
        answer = answer_once(asked, token, lambda: _run(asked, rest))
    except Problem as problem:
        answer = answer_of(problem)
    for name, value in limits.items():
        answer.headers.setdefault(name, value)
    return answer


def _run(request: ApiRequest, rest: str) -> HttpResponse:
    if (request.content_type or "").startswith("multipart/"):
        raise Problem(415, _("Send the body as JSON."))
    if request.method not in SAFE and request.body:
        check_body(request)
    if rest == DOCUMENT:
        return JsonResponse(document())
    try:
        found = resolver().resolve(rest)
    except Resolver404 as error:
        raise Problem(404, _("The API has no such path. The page /api/docs/ lists those that it has.")) from error
    return cast(HttpResponse, found.func(request, *found.args, **found.kwargs))


class ApiDocs(PortalView):
    """Shows the operations of the API with their parameters, bodies and answers."""

    template_name = "api/docs.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = document()
        groups: dict[str, list[dict[str, Any]]] = {}
        for one in operations_of(found):
            groups.setdefault(one["tags"][0], []).append(one)
        return self.show(groups=groups, version=found["info"]["version"])


def operations_of(found: Any) -> Iterator[dict[str, Any]]:
    """Yield the operations of an OpenAPI document, each with its method, path, and the schema of its body."""
    known = found["components"]["schemas"]
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            bodies: list[dict[str, Any]] = list(one.get("requestBody", {}).get("content", {}).values())
            schema = _resolved(bodies[0]["schema"] if bodies else {}, known)
            required = schema.get("required", [])
            members = [(name, _words(what), name in required) for name, what in schema.get("properties", {}).items()]
            yield {**one, "method": method.upper(), "path": path, "members": members}


def _resolved(schema: dict[str, Any], known: Any) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    return cast(dict[str, Any], known[reference.rpartition("/")[2]]) if reference else schema


def _words(schema: dict[str, Any]) -> str:
    types = [one.get("type", "") for one in schema.get("anyOf", [schema])]
    kind = " | ".join(one if isinstance(one, str) else " | ".join(one) for one in types if one)
    about = schema.get("description") or next(
        (one["description"] for one in schema.get("anyOf", []) if "description" in one), ""
    )
    return f"{kind}: {about}" if about else kind


class ApiDocument(PortalView):
    """Returns the OpenAPI document to people who are signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(document())
