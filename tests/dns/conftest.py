"""What DNS answers in the tests of the DNS rooms: names without records, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

Answers = Mapping[tuple[str, str], list[str]]


@pytest.fixture(autouse=True)
def in_dns(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], None]:
    """Set what DNS has, by name and type; ``["timeout"]`` stands for no answer in time."""
    known: dict[tuple[str, str], list[str]] = {}

    def resolve(_resolver: Any, name: Any, kind: str, **_options: Any) -> dns.resolver.Answer:
        texts = known.get((str(name).removesuffix("."), kind))
        if texts is None:
            raise dns.resolver.NXDOMAIN
        if texts == ["timeout"]:
            raise dns.resolver.LifetimeTimeout(timeout=3, errors=[])
        message = dns.message.make_response(dns.message.make_query(name, kind))
        message.flags |= dns.flags.RA
        message.answer = [dns.rrset.from_text_list(name, 300, "IN", kind, texts)]
        sent = dns.message.from_wire(message.to_wire())
        return dns.resolver.Answer(name, dns.rdatatype.from_text(kind), dns.rdataclass.IN, sent)  # type: ignore[arg-type]

    monkeypatch.setattr(dns.resolver.Resolver, "resolve", resolve)
    return lambda answers: known.update(answers)
