"""Targets of ENUM mappings, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ngnpro_wire.facts.enum_services import SERVICES
from ngnpro_wire.facts.enum_targets import TargetFault, TargetRefused, normal_target


@pytest.mark.parametrize(
    ("service", "typed", "stored"),
    [
        ("sip", "sip:alice@example.com", "sip:alice@example.com"),
        ("sip", " alice@example.com. ", "sip:alice@example.com"),
        ("sip", "sip:alice!x@example.com", "sip:alice!x@example.com"),
        ("sip", "sip:9901%231@example.com", "sip:9901%231@example.com"),
        ("sip", "sips:alice@[2001:db8::1]:5061;transport=tls", "sips:alice@[2001:db8::1]:5061;transport=tls"),
        ("sip", "sip:alice@example.com.:5060", "sip:alice@example.com:5060"),
        ("sip", "sip:alice@bücher.example", "sip:alice@xn--bcher-kva.example"),
        ("sip", "sip:alice@example.com;user=phone?Subject=x", "sip:alice@example.com;user=phone?Subject=x"),
        ("mailto", "mailto:alice@example.com", "mailto:alice@example.com"),
        ("tel", "tel:+49 30 1234", "tel:+49301234"),
        ("tel", "+49 (0)30/1234", "tel:+49301234"),
        ("voice", "tel:+49-30-1234;ext=5", "tel:+49301234;ext=5"),
        ("web:https", "example.com/a?b=1", "https://example.com/a?b=1"),
    ],
)
def test_a_target_is_stored_in_its_normal_form(service: str, typed: str, stored: str) -> None:
    assert normal_target(service, typed) == stored
    assert normal_target(service, stored) == stored


@pytest.mark.parametrize(
    ("service", "typed", "reason"),
    [
        ("sip", "sip:\\1@example.com", TargetFault.SIGN),
        ("sip", "!^(.*)$!sip:\\1@example.com!", TargetFault.RULE),
        ("sip", "sip:alice", TargetFault.NO_HOST),
        ("sip", "sip:alice@", TargetFault.NO_HOST),
        ("sip", "sip:9901#1@example.com", TargetFault.USER),
        ("sip", "sip:jörg@example.com", TargetFault.USER),
        ("sip", "sip:a\\b@example.com", TargetFault.SIGN),
        ("sip", "sip:“alice”@example.com", TargetFault.SIGN),
        ("sip", "sip:alice bob@example.com", TargetFault.SIGN),
        ("sip", "sip:alice\u200b@example.com", TargetFault.SIGN),
        ("sip", "mailto:alice@example.com", TargetFault.SCHEME),
        ("sip", "javascript:alert(1)", TargetFault.SCHEME),
        ("web:http", "javascript:alert(1)", TargetFault.SCHEME),
        ("web:http", "http://", TargetFault.EMPTY),
        ("web:http", "http:///path", TargetFault.NO_HOST),
        ("tel", "tel:alice", TargetFault.NUMBER),
        ("sip", "   ", TargetFault.EMPTY),
    ],
)
def test_what_is_no_target_of_the_service_is_refused_for_its_reason(
    service: str, typed: str, reason: TargetFault
) -> None:
    with pytest.raises(TargetRefused) as refused:
        normal_target(service, typed)
    assert refused.value.reason is reason


@given(st.sampled_from(sorted(SERVICES)), st.text(max_size=80))
def test_any_text_has_a_normal_form_that_stays_or_is_refused(service: str, typed: str) -> None:
    try:
        stored = normal_target(service, typed)
    except TargetRefused:
        return
    assert normal_target(service, stored) == stored
    assert stored.startswith(SERVICES[service])
    assert not set(stored) & set(' "\\<>\n')
