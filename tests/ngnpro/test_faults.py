"""The fault dictionary: every code has a category, a plain sentence and a next step."""

from __future__ import annotations

import inspect
import pickle
from datetime import timedelta

import pytest
from babel.messages.extract import extract_from_file

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.ngnpro import errors
from portal.ngnpro.faults import FAULTS, explain_ngnpro_error, refusal_from


def test_every_code_is_in_the_dictionary() -> None:
    assert set(FAULTS) == set(FaultCode)


@pytest.mark.parametrize("code", FaultCode)
def test_every_code_is_explained_in_whole_sentences(code: FaultCode) -> None:
    fault = FAULTS[code]

    for text in (fault.sentence, fault.next_step):
        assert text[0].isupper()
        assert text.endswith(".")


def test_every_text_is_marked_for_translation() -> None:
    texts = {text for fault in FAULTS.values() for text in (fault.sentence, fault.next_step)}
    assert texts <= {message for _line, message, *_ in extract_from_file("python", inspect.getfile(refusal_from))}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1000, errors.Missing),
        (1001, errors.AlreadyExists),
        (1072, errors.InUse),
        (3005, errors.CreditExhausted),
        (9001, errors.BadLogin),
        (9002, errors.NotPermitted),
        (9003, errors.CreditExhausted),
        (9004, errors.InvalidValue),
        (9005, errors.Locked),
        (9007, errors.NotOffered),
        (9010, errors.OtherRefusal),
        (4711, errors.OtherRefusal),
        (None, errors.OtherRefusal),
    ],
)
def test_a_code_becomes_the_error_of_its_kind(code: int | None, kind: type[errors.Refusal]) -> None:
    refusal = refusal_from(code, "said NGNPro")

    assert type(refusal) is kind
    assert (refusal.code, refusal.text, refusal.field) == (code or 0, "said NGNPro", None)


@pytest.mark.parametrize(
    ("text", "field", "sentence"),
    [
        ("domain: It is too long.", "domain", "It is too long."),
        ("match_ip_address: No.", "match_ip_address", "No."),
        ("id.username: No: never.", "id.username", "No: never."),
        ("This cannot be.", None, "This cannot be."),
        ("All in all: no.", None, "All in all: no."),
    ],
)
def test_the_text_of_an_invalid_value_is_split_into_field_and_sentence(
    text: str, field: str | None, sentence: str
) -> None:
    refusal = refusal_from(FaultCode.VALUE_INVALID, text)

    assert (refusal.field, refusal.text) == (field, sentence)


def test_a_known_code_is_explained_in_our_words() -> None:
    sentence, next_step = explain_ngnpro_error(refusal_from(1001, "Domain ERR_DUP"))

    assert sentence == "This SIP domain exists already."
    assert next_step


def test_an_unknown_code_keeps_the_words_of_ngnpro() -> None:
    assert explain_ngnpro_error(refusal_from(4711, "Gremlins")) == ("Gremlins", "")


def test_an_invalid_value_keeps_the_words_of_ngnpro() -> None:
    assert explain_ngnpro_error(refusal_from(9004, "quota: Must not be negative."))[0] == "Must not be negative."


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.NgnproError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_error_is_explained(kind: type[errors.NgnproError]) -> None:
    error = kind(4711, "Gremlins") if issubclass(kind, errors.Refusal) else kind("Gremlins")
    sentence, next_step = explain_ngnpro_error(error)

    assert sentence
    assert (next_step == "") == (sentence == "Gremlins")


def test_an_outage_says_what_kind_it_is() -> None:
    assert explain_ngnpro_error(errors.ConnectionFailed("x"))[0] == "NGNPro does not answer."
    assert explain_ngnpro_error(errors.TimedOut("x"))[0] == "NGNPro did not answer in time."
    assert "unknown whether it was made" in explain_ngnpro_error(errors.Uncertain("x"))[0]


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("Too many failed logins; please try again in 90 seconds.", timedelta(seconds=90)),
        ("Locked.", None),
        ("Try in 12345678901 seconds.", None),
    ],
)
def test_a_lock_says_how_long_it_lasts_where_ngnpro_does(text: str, wait: timedelta | None) -> None:
    refusal = refusal_from(9005, text)

    assert isinstance(refusal, errors.Locked)
    assert refusal.wait == wait


def test_a_refusal_survives_a_queue() -> None:
    refusal = pickle.loads(pickle.dumps(refusal_from(9004, "quota: No.")))  # noqa: S301

    assert (type(refusal), refusal.code, refusal.text, refusal.field) == (errors.InvalidValue, 9004, "No.", "quota")
