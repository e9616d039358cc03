"""The operations of the API and its OpenAPI document, made from the declarations of the rooms with django-ninja."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from inspect import Parameter, Signature
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.params.functions import Query

from portal.core.bulk import ConflictRow, SkipRow
from portal.jobs.objects.catalog import Kind, kinds, parts
from portal.ngnpro import errors
from portal.people.tokens.using import refused_login

from . import parts as of_parts
from . import records, schemas
from .answers import PROBLEMS, answers, described
from .asking import CHALLENGE
from .filters import parameters_of
from .paging import MOST, USUAL
from .problems import InvalidMembers, Problem, answer_of, problem_of
from .services import add_services

VERSION = "1"
DESCRIPTION = (
    "Everything that the portal's pages do with records of NGNPro, for other programs. "
    "Each kind of record is offered alike. See “The API” in the help."
)
Answer = Callable[..., HttpResponse]


def operation(run: Answer, **parameters: tuple[Any, Any]) -> Answer:
    """Return a view of django-ninja with these parameters: the type and the default of each by name."""

    def view(request: HttpRequest, **given: Any) -> HttpResponse:
        return run(request, **given)

    empty = Parameter.empty
    named = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=kind, default=empty if default is ... else default)
        for name, (kind, default) in parameters.items()
    ]
    first = Parameter("request", Parameter.POSITIONAL_OR_KEYWORD)
    view.__doc__ = run.__doc__
    view.__signature__ = Signature([first, *named])  # type: ignore[attr-defined]
    return view


def _list(kind: Kind) -> Answer:
    names = parameters_of(kind.resource)

    def run(request: Any, limit: int, cursor: str, fields: str, **given: Any) -> HttpResponse:
        """Return a page of the records that fit all conditions; `*` in a text stands for any text."""
        return records.list_records(request, kind, limit, cursor, fields, given)

    filters: dict[str, tuple[Any, Any]] = {
        wire: (type_ if type_ in (int, bool) else str, Query(None)) for wire, (_name, type_) in names.items()
    }
    paging: dict[str, tuple[Any, Any]] = {
        "limit": (int, Query(USUAL, ge=1, le=MOST, description="How many records the page has at most.")),
        "cursor": (str, Query("", description="The member `next` of the page before.")),
        "fields": (str, Query("", description="The members to return, separated by commas; all if it is empty.")),
    }
    return operation(run, **(filters | paging))


def _add_kind(api: NinjaAPI, kind: Kind) -> None:
    """Add the operations on one kind of record."""
    router, name, label = api.default_router, kind.name, str(kind.resource.label)
    one, many = f"/{kind.path}/{{key}}", f"/{kind.path}"
    key = {"key": (str, ...)}
    fields = {"fields": (str, Query("", description="The members to return, separated by commas."))}
    body = partial(described, tags=[label], scope=kind.room)
    add = router.add_api_operation
    add(many, ["GET"], _list(kind), operation_id=f"list{name}", **body(f"List: {label}", answers(f"{name}Page")))
    get = operation(lambda request, key, fields: records.get_record(request, kind, key, fields), **key, **fields)
    add(one, ["GET"], get, operation_id=f"get{name}", **body(f"Get: {label}", answers(name)))
    if kind.resource.add:
        post = operation(lambda request: records.add_record(request, kind))
        add(many, ["POST"], post, operation_id=f"add{name}", **body(f"Add: {label}", answers(name, 201), f"{name}Add"))
    if kind.resource.update:
        patch = operation(lambda request, key: records.change_record(request, kind, key), **key)
        about = body(f"Change: {label}", answers(name), f"{name}Change", is_patch=True, has_state=True)
        add(one, ["PATCH"], patch, operation_id=f"change{name}", **about)
    if kind.resource.delete:
        cascade = {"cascade": (bool, Query(False, description="Also delete what is deleted with it."))}
        run = operation(
            lambda request, key, cascade: records.delete_record(request, kind, key, cascade=cascade), **key, **cascade
        )
        about = body(f"Delete: {label}", answers("", 204), has_state=True)
        add(one, ["DELETE"], run, operation_id=f"delete{name}", **about)


def _add_part(api: NinjaAPI, kind: Kind, part: str, resource: Any) -> None:
    """Add the operations on one part of a kind of record."""
    name = f"{kind.name}{''.join(word.capitalize() for word in part.split('-'))}"
    path, key, add = f"/{kind.path}/{{key}}/{part}", {"key": (str, ...)}, api.default_router.add_api_operation
    body = partial(described, tags=[str(kind.resource.label)], scope=resource.room)
    label = f"{kind.resource.label}, {resource.label}"
    get = operation(lambda request, key: of_parts.get_part(request, resource, key), **key)
    add(path, ["GET"], get, operation_id=f"get{name}", **body(f"Get: {label}", answers(name)))
    put = operation(lambda request, key: of_parts.put_part(request, resource, key), **key)
    codes = answers(name) | (answers(name, 201) if resource.add else {})
    add(path, ["PUT"], put, operation_id=f"put{name}", **body(f"Replace: {label}", codes, name, has_state=True))
    if resource.delete:
        run = operation(lambda request, key: of_parts.delete_part(request, resource, key), **key)
        about = body(f"Delete: {label}", answers("", 204), has_state=True)
        add(path, ["DELETE"], run, operation_id=f"delete{name}", **about)


@lru_cache(maxsize=1)
@translation.override("en")
def make_api() -> NinjaAPI:
    """Return the API with the operations on all kinds of records, and the services; its descriptions are in English."""
    api = NinjaAPI(
        title="NGNPro portal", version=VERSION, description=DESCRIPTION, docs_url=None, openapi_url=None, auth=None
    )
    for kind in kinds().values():
        _add_kind(api, kind)
    for (name, part), resource in parts().items():
        _add_part(api, kinds()[name], part, resource)
    add_services(api, operation)
    api.add_exception_handler(Problem, _refused)
    api.add_exception_handler(errors.NgnproError, _failed)
    api.add_exception_handler(ValidationError, _invalid)
    for refused in (ConflictRow, SkipRow):
        api.add_exception_handler(refused, lambda _request, why: answer_of(InvalidMembers([("", str(why))])))
    return api


def _refused(_request: Any, problem: Any) -> HttpResponse:
    return answer_of(problem)


def _failed(request: Any, error: Any) -> HttpResponse:
    """Return the answer to a request that NGNPro refused; a token whose login it refuses is paused."""
    if isinstance(error, errors.BadLogin) and request.token is not None and request.token.operator_id is None:
        return answer_of(Problem(401, str(refused_login(request.token)), headers=CHALLENGE))
    return answer_of(problem_of(error, request.writes.made))


def _invalid(_request: Any, error: Any) -> HttpResponse:
    found = [(str(one["loc"][-1]), str(one["msg"])) for one in error.errors]
    return answer_of(InvalidMembers([(field, f"{field}: {words}") for field, words in found]))


@lru_cache(maxsize=1)
def resolver() -> URLResolver:
    """Return what finds the operation for a path below ``/api/v1/``."""
    return URLResolver(RegexPattern(r"^"), make_api().urls[0])


@translation.override("en")
def document() -> Mapping[str, Any]:
    """Return the OpenAPI 3.1 document."""
    found: dict[str, Any] = dict(make_api().get_openapi_schema(path_prefix="api/v1/"))
    found["components"]["schemas"] |= {**_schemas(), "Problem": schemas.PROBLEM}
    found["components"]["responses"] = PROBLEMS
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    return found


def _schemas() -> dict[str, Any]:
    known: dict[str, Any] = {}
    for kind in kinds().values():
        items = {"type": "array", "items": {"$ref": f"#/components/schemas/{kind.name}"}}
        page = {"items": items, "total": {"type": "integer"}, "next": {"type": ["string", "null"]}}
        known[kind.name] = schemas.schema_of_kind(kind)
        known[f"{kind.name}Page"] = {"type": "object", "properties": page, "required": list(page)}
        known[f"{kind.name}Add"] = schemas.body_schema_of_kind(kind, is_new=True)
        known[f"{kind.name}Change"] = schemas.body_schema_of_kind(kind, is_new=False)
    for (name, part), resource in parts().items():
        title = f"{kinds()[name].name}{''.join(word.capitalize() for word in part.split('-'))}"
        known[title] = schemas.schema_of_part(resource)
    return known
