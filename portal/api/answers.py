"""What the OpenAPI document says of the answers and bodies of an operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from .problems import PROBLEM_JSON

JSON, MERGE_PATCH = "application/json", "application/merge-patch+json"
REFUSALS = (400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 429, 503)
PROBLEMS: Mapping[str, Any] = {
    f"Problem{status}": {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in REFUSALS
}
STATE = {"ETag": {"description": "Identifies this state, for If-Match.", "schema": {"type": "string"}}}
LIMITS = {
    name: {"description": words, "schema": {"type": "integer"}}
    for name, words in (
        ("RateLimit-Limit", "How many requests the token may make in a minute."),
        ("RateLimit-Remaining", "How many are left in this minute."),
        ("RateLimit-Reset", "Seconds until the next minute begins."),
    )
}


def answers(schema: str, status: int = 200) -> dict[int, Any]:
    """Return the successful answer of an operation: a component schema, or nothing."""
    found: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": {**STATE, **LIMITS}}
    if schema:
        found["content"] = {JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {status: found}


def described(
    summary: str,
    codes: Mapping[int, Any],
    body: str = "",
    *,
    tags: Iterable[str] = (),
    is_patch: bool = False,
    has_state: bool = False,
    scope: str = "",
) -> dict[str, Any]:
    """Return the arguments of django-ninja's ``add_api_operation`` about an operation.

    ``body`` is the component schema of its body, ``has_state`` whether it can depend on a state (``If-Match``).
    ``scope`` is the room that a token needs for it, empty if any token will do.
    """
    is_write = bool(body) or has_state
    refused = {status: {"$ref": f"#/components/responses/Problem{status}"} for status in REFUSALS}
    extra: dict[str, Any] = {"responses": {**codes, **refused}}
    if scope:
        extra["x-scope"] = scope
    if body:
        content = {"schema": {"$ref": f"#/components/schemas/{body}"}}
        kinds = (MERGE_PATCH, JSON) if is_patch else (JSON,)
        extra["requestBody"] = {"required": True, "content": dict.fromkeys(kinds, content)}
    headers = [*((("If-Match", "The ETag of the state that you know."),) if has_state else ())]
    headers += [("Idempotency-Key", "Identifies this request, so that it is carried out once.")] if is_write else []
    if headers:
        extra["parameters"] = [
            {"in": "header", "name": name, "description": words, "required": False, "schema": {"type": "string"}}
            for name, words in headers
        ]
    return {
        "summary": summary,
        "tags": list(tags),
        "response": dict.fromkeys(codes),
        "openapi_extra": extra,
    }
