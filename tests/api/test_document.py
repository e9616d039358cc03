"""The OpenAPI document: complete, and true for whatever fits it; and the examples of docs/api.md."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.api.routes import document
from portal.core.rooms import resources
from portal.jobs.objects.catalog import kinds, parts
from tests.support.api import ApiClient, answered, make_token
from tests.support.portal import Platform

DOCS = Path(__file__).parents[2] / "docs" / "api.md"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SETTINGS = hypothesis.settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def api(people: dict[str, Client], settings: Any) -> ApiClient:
    settings.API_REQUESTS = 100_000
    return make_token(people["operator"])


def test_every_kind_of_record_is_in_the_api() -> None:
    listed = {name for (name, part), one in resources().items() if not part and one.fetch}
    assert set(kinds()) == listed
    assert all(kind.resource.key_order for kind in kinds().values())
    usual = {"mailbox", "phonebook", "diversions", "accept-rules", "reject", "barring"}
    assert usual <= {part for _name, part in parts()}


def test_every_operation_says_what_it_takes_and_answers() -> None:
    found = document()
    assert found["openapi"].startswith("3.1")
    names = set(found["components"]["schemas"]) | {f"Problem{status}" for status in (401, 412)}
    text = json.dumps(found)
    assert set(re.findall(r'"#/components/\w+/(\w+)"', text)) <= names | set(found["components"]["responses"])
    for path, methods in found["paths"].items():
        for method, one in methods.items():
            assert one["summary"], (method, path)
            assert one["tags"], (method, path)
            assert (method in ("post", "put", "patch")) <= bool(one.get("requestBody") or "/{" in path)
            writes = method in ("post", "put", "patch", "delete")
            assert writes == any(named["name"] == "Idempotency-Key" for named in one["parameters"]), path


def test_the_document_is_shown_to_those_who_can_make_tokens(people: dict[str, Client], api: ApiClient) -> None:
    page = people["customer"].get("/api/docs/").content.decode()
    assert "/api/v1/accounts/{key}/diversions" in page
    assert people["subscriber"].get("/api/docs/").status_code == 404
    assert people["customer"].get("/api/docs/openapi.json").json() == answered(api.get("openapi.json"))


def test_errors_of_all_layers_are_problems(api: ApiClient) -> None:
    for answer, status in (
        (api.get("coffee"), 404),
        (api.call("BREW", "domains"), 405),
        (api.client.post("/api/v1/domains", "{", "application/json", headers=bearer(api)), 400),
        (api.client.post("/api/v1/domains", "[]", "application/json", headers=bearer(api)), 422),
        (api.client.post("/api/v1/domains", {"domain": "x"}, headers=bearer(api)), 415),
        (api.post("domains", {"domain": "x" * 3_000_000}), 413),
    ):
        assert answered(answer, status)["status"] == status
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (r'{"lastName": "a\u0000b"}', 422),
        (r'{"lastName": "a\ud800b"}', 422),
        (r'{"\u0001": 5}', 422),
        ('{"lastName": ' + "[" * 200_000, 400),
        ('{"quota": 1e400}', 422),
        ('{"groups": [null]}', 422),
        ('{"acl": [{"ip": "192.0.2.1"}]}', 422),
        ('{"owner": true}', 422),
    ],
    ids=["nul", "surrogate", "name", "deep", "infinite", "null", "short", "bool"],
)
def test_odd_bodies_are_refused(api: ApiClient, body: str, status: int) -> None:
    path = "/api/v1/accounts/ada@example.com"
    answer = api.client.generic("PATCH", path, body.encode(), "application/json", headers=bearer(api))
    assert answered(answer, status)["status"] == status


def bearer(api: ApiClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.secret}"}


def test_whatever_fits_the_document_gets_an_answer_that_fits_it(api: ApiClient) -> None:
    """No example may end in a server error, or in an answer that the document does not describe."""
    found = json.loads(json.dumps(document()))
    schema = schemathesis.openapi.from_dict(found)
    schema.app = get_wsgi_application()
    schema.config.base_url = "http://testserver"
    count = 0
    for operation in (one.ok() for one in schema.get_all_operations()):

        @hypothesis.settings(SETTINGS, max_examples=1 if operation.method == "get" else 2)
        @hypothesis.given(case=operation.as_strategy())
        def check(case: Any) -> None:
            nonlocal count
            count += 1
            answer = case.call(headers=bearer(api))
            case.validate_response(answer, checks=CHECKS)

        check()
    assert count > 100


def commands() -> list[str]:
    """Return the commands of the examples, one a line."""
    blocks = re.findall(r"```sh\n(.*?)```", DOCS.read_text(), re.DOTALL)
    return [line for block in blocks for line in re.split(r"\n(?=curl|[A-Z]+=)", block.replace("\\\n", "").strip())]


def run(command: str, api: ApiClient, known: dict[str, str]) -> None:
    """Send the request of a ``curl`` command, and store what it assigns."""
    assigned = re.fullmatch(r"([A-Z]+)=\$\((.*)\s\| jq -r \.id\)", command, re.DOTALL)
    text = re.sub(r"\$([A-Z]+)", lambda name: known[name[1]], assigned[2] if assigned else command)
    words, method, body, headers, url = iter(shlex.split(text)[1:]), "GET", None, {}, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-d":
            body = json.loads(next(words))
        elif word == "-H":
            name, _colon, value = next(words).partition(": ")
            headers[name.replace("-", "_")] = value
        else:
            url = word
    answer = api.call(method, url.partition("/api/v1/")[2], body, **headers)
    assert answer.status_code < 300, (command, answer.content.decode())
    if assigned:
        known[assigned[1]] = str(answer.json()["id"])


def test_the_examples_of_the_documentation_work(api: ApiClient, world: Platform) -> None:
    known = {"TOKEN": api.secret, "PORTAL": ""}
    for command in commands():
        run(command, api, known)
    assert len(commands()) > 15
    assert world.account().rpid == "31208005170"
