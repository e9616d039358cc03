"""Form fields: the values that SIP platforms accept, and the error messages for all others."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portal.core.fields import CustomerField, DomainNameField, LinesField, PasswordField, UsernameField, new_password
from portal.core.zone_fields import TimeZoneField


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Example.COM", "example.com"),
        (" example.com. ", "example.com"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_domain_name_becomes_its_ascii_form_in_lower_case(typed: str, stored: str) -> None:
    assert DomainNameField().clean(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 64 + ".example",
        ".".join(["abcdefgh"] * 30),
        "exa mple.com",
        "-a.example",
        "a..b",
        ".example",
        "under_score.example",
        "a@b.example",
        "<b>.example",
    ],
)
def test_an_invalid_domain_name_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DomainNameField().clean(typed)
    assert all(str(message) for message in refused.value.messages)


@pytest.mark.parametrize(
    "typed", ["alice", "Alice", "+31208005169", "a.b-c_d!e~f*g'(h)", "a&b=c+d$e,f;g?h/i", "%20x", "x" * 64]
)
def test_rfc_3261_user_parts_are_accepted_and_lower_cased(typed: str) -> None:
    assert UsernameField().clean(typed) == typed.lower()


@pytest.mark.parametrize("typed", ["a b", "a@b", "a:b", "é", "x" * 65, "%2", "a<b", "a\tb", "a\u202eb"])
def test_characters_that_a_user_part_cannot_contain_are_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        UsernameField().clean(typed)


def test_the_refusal_names_the_character_that_is_wrong() -> None:
    with pytest.raises(ValidationError, match="“@” cannot be in a SIP username"):
        UsernameField().clean("alice@home")


@pytest.fixture
def customers() -> CustomerField:
    field = CustomerField()
    field.offer({7: "Harbour Clinic", 8: "Oakline", 9: "Oakline"}, "customers")
    return field


@pytest.mark.parametrize(
    ("typed", "number"),
    [("", 0), ("7", 7), ("harbour clinic", 7), ("Harbour Clinic · 7", 7), ("Anything at all · 12", 12)],
)
def test_a_customer_is_found_by_number_by_name_and_by_the_suggestion(
    customers: CustomerField, typed: str, number: int
) -> None:
    assert customers.clean(typed) == number


def test_an_ambiguous_customer_name_must_be_made_precise(customers: CustomerField) -> None:
    with pytest.raises(ValidationError, match="Oakline · 8, Oakline · 9"):
        customers.clean("Oakline")


def test_an_unknown_name_is_refused(customers: CustomerField) -> None:
    with pytest.raises(ValidationError, match="No customer has this name"):
        customers.clean("Nobody & Sons")


@pytest.mark.parametrize("typed", ["harbour", "Clinic", "clin", "bour cl", "HÁRBOUR  clinic"])
def test_a_part_that_only_one_name_has_is_enough(customers: CustomerField, typed: str) -> None:
    assert customers.clean(typed) == 7


def test_a_part_that_several_names_have_must_be_made_precise(customers: CustomerField) -> None:
    with pytest.raises(ValidationError, match="Harbour Clinic · 7, Oakline · 8"):
        customers.clean("li")


def test_a_customer_is_shown_by_name_with_a_number_only_if_others_have_the_name(customers: CustomerField) -> None:
    assert customers.prepare_value(7) == customers.prepare_value("7") == "Harbour Clinic"
    assert customers.prepare_value(8) == "Oakline · 8"
    assert customers.prepare_value(0) == ""


def test_made_passwords_are_long_readable_and_never_the_same() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 16 and not set(password) & set("0O1lI") for password in made)


def test_a_secret_keeps_its_spaces_and_refuses_line_breaks() -> None:
    assert PasswordField().clean(" two words ") == " two words "
    with pytest.raises(ValidationError):
        PasswordField().clean("a\nb")


def test_time_zones_are_those_that_people_live_in() -> None:
    names = [name for name, _label in TimeZoneField().choices]
    assert {"Europe/Amsterdam", "America/New_York", "UTC"} <= set(names)
    assert not any(name.startswith(("Etc/", "posix/")) for name in names)


def test_lines_drop_blanks_and_keep_their_order() -> None:
    assert LinesField().clean(" b \n\n a\r\n") == ("b", "a")
