"""Damaged envelopes and page posts: none crashes anything, and none changes the platform. `make fuzz` sends more."""

from __future__ import annotations

import logging
import os
import random
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from lxml import html

from ngnpro_wire.codec import WireError, decode_request, encode_request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.schema import Array, Scalar, Type, load_schema
from tests.support.portal import Platform
from tests.support.rows import read_all
from tests.support.server import administrator_auth, post
from tests.test_odd_urls import filled, pages, quiet

ENVELOPES = int(os.environ.get("FUZZ_COUNT", "300"))
POSTS = max(80, ENVELOPES // 10)
CHANCE = random.Random(int(os.environ.get("FUZZ_SEED", "1")))
ODD: dict[str, tuple[Any, ...]] = {
    "string": ("", "x" * 5000, "example.com", "'; DROP TABLE x", "é\u202e\U0001f4a9", "*", "%", "31208005169", "-1"),
    "int": (0, 1, -1, 2**31 - 1, -(2**31), 7),
    "boolean": (True, False),
    "float": (0.0, -1.5, 1e300),
    "base64Binary": (b"", b"RIFF\x00\xff", b"x" * 9000),
}
TYPED = (*map(str, ODD["string"]), "1", "on", "2026-12-01", "ada@example.com", "0" * 400, "\x00", "<b>", "1\n2\n3")
# what a call notes about logins is no record of the platform
NOTES = ("login",)


@pytest.fixture
def unforeseen(caplog: pytest.LogCaptureFixture) -> Any:
    """Return a function that lists the tracebacks in the log since it was called last."""

    def tracebacks() -> list[str]:
        found = [str(record.exc_info[1]) for record in caplog.records if record.exc_info and record.levelno >= 40]
        caplog.clear()
        return found

    caplog.set_level(logging.ERROR)
    return tracebacks


def value_of(type_: Type) -> Any:
    if isinstance(type_, Scalar):
        return CHANCE.choice(ODD[type_.name])
    if isinstance(type_, Array):
        return [value_of(type_.item) for _item in range(CHANCE.randrange(3))]
    return {name: value_of(member) for name, member in type_.fields.items() if CHANCE.random() < 0.7}


def damaged(body: bytes) -> bytes:
    """Change some bytes: replaced, removed, repeated, moved, or the end cut off."""
    for _time in range(CHANCE.randrange(1, 5)):
        start = CHANCE.randrange(len(body))
        end = min(len(body), start + CHANCE.choice((1, 1, 2, 8, 60)))
        piece, way = body[start:end], CHANCE.randrange(6)
        noise = CHANCE.randbytes(len(piece)) if way < 2 else (b"", piece * 3, b"<!--", b"&#0;<a>")[way - 2]
        body = body[:start] + noise + body[end:] if way != 1 or CHANCE.random() < 0.8 else body[: start + 1]
    return body


def platform_of(world: Platform) -> dict[str, Any]:
    return {name: rows for name, rows in read_all(world.server.engine).items() if not name.startswith(NOTES)}


def is_whole(body: bytes) -> bool:
    try:
        decode_request(load_schema(), body)
    except WireError:
        return False
    return True


def test_damaged_envelopes_are_refused_and_change_nothing(world: Platform, unforeseen: Any) -> None:
    """A call that is whole in spite of the damage comes from an administrator if it reads, else with a wrong login."""
    schema, answers = load_schema(), Counter[str]()
    right = administrator_auth(world.server.config)
    before, operations = platform_of(world), [*schema.operations.values()]
    for _number in range(ENVELOPES):
        operation = CHANCE.choice(operations)
        body = encode_request(schema, operation, {n: value_of(one) for n, one in operation.inputs.items()}, right)
        body = damaged(body)
        whole = is_whole(body)
        if whole and not operation.name.startswith("get"):
            body = body.replace(right["password"].encode(), b"wrong")
        status, _headers, answer = post(world.server.app, body)
        fault = str(FaultCode.INTERNAL_ERROR.value).encode() in answer and b":Fault>" in answer
        assert not fault, (operation.name, body)
        assert status in ("200 OK", "500 Internal Server Error"), (status, body)
        assert (status == "200 OK") != (b":Fault>" in answer), (answer, body)
        answers[f"{'whole' if whole else 'damaged'}, {'answered' if status == '200 OK' else 'refused'}"] += 1
    assert unforeseen() == []
    assert platform_of(world) == before
    print(f"\n{ENVELOPES:,} envelopes ({dict(answers)}): 0 crashes, 0 changes")
    assert answers["damaged, refused"] > ENVELOPES // 4
    assert not answers["damaged, answered"]


@pytest.mark.parametrize("person", ["operator", "read-only operator"])
def test_posts_of_anything_to_any_page_are_answered(
    people: dict[str, Client], person: str, world: Platform, unforeseen: Any
) -> None:
    """What a form accepts from an operator is stored; who may only read changes nothing with whatever is sent."""
    browser, before, statuses = quiet(people[person]), platform_of(world), Counter[int]()
    routes = [route for route, _names in pages() if not route.startswith("session/")]
    fields: dict[str, list[str]] = {}
    for _number in range(POSTS):
        url = filled(CHANCE.choice(routes))
        if url not in fields:
            fields[url] = names_of(browser.get(url))
        chosen = [name for name in fields[url] if CHANCE.random() < 0.8]
        answer = browser.post(url, {name: CHANCE.choice(TYPED) for name in chosen})
        assert answer.status_code < 500, (url, answer.status_code, unforeseen())
        statuses[answer.status_code] += 1
    assert unforeseen() == []
    assert person == "operator" or platform_of(world) == before
    print(f"\n{POSTS:,} posts by an {person} ({dict(statuses)}): 0 crashes")


def names_of(answer: Any) -> list[str]:
    """Return the names of the fields of a page's forms."""
    if (
        answer.streaming
        or answer.status_code != 200
        or not answer.content.strip()
        or not answer.get("Content-Type", "").startswith("text/html")
    ):
        return ["name", "q", "keys"]
    return sorted({str(name) for form in html.fromstring(answer.content).forms for name in form.fields if name})
