"""Form fields that accept prefixes, hosts and names as people write them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from portal.lcr.fields import CarrierField, HostField, PrefixField, PrependField, normalise_number


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("0049", "0049"), ("+49 30", "004930"), ("00 49-30", "004930"), ("00", "00"), ("+", "00"), ("", "")],
)
def test_a_prefix_is_stored_as_00_and_digits(typed: str, stored: str) -> None:
    assert PrefixField().clean(typed) == stored


@pytest.mark.parametrize("typed", ["49", "030", "000", "00 49 CALL", "00" + "1" * 16, "++49"])
def test_an_invalid_prefix_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        PrefixField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8:0::1]", "2001:db8::1"),
        ("SBC1.Carrier.Example", "sbc1.carrier.example"),
    ],
)
def test_a_host_is_an_address_or_a_name(typed: str, stored: str) -> None:
    assert HostField().clean(typed) == stored


@pytest.mark.parametrize("typed", ["192.0.2.256", "192.0.2.1:5060", "1.2", "two words", "a..b", ":::"])
def test_an_invalid_host_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        HostField().clean(typed)


@pytest.mark.parametrize("typed", ["1 2", "@", "1" * 33])
def test_only_what_a_number_may_hold_is_put_before_it(typed: str) -> None:
    assert PrependField().clean("+1010") == "+1010"
    with pytest.raises(ValidationError):
        PrependField().clean(typed)


def test_a_carrier_is_chosen_while_there_are_few_and_typed_when_there_are_many() -> None:
    few, many = CarrierField(required=True), CarrierField()
    few.offer({3: "Kestrel"}, "carriers")
    many.offer({number: f"Carrier {number}" for number in range(1, 100)}, "carriers")
    assert few.widget.render("carrier", few.prepare_value("3")).count("<option") == 2
    assert 'value="Kestrel" selected' in few.widget.render("carrier", few.prepare_value(3))
    assert many.widget.attrs["list"] == "carriers"
    assert few.clean("kestrel") == few.clean("Kestrel · 3") == few.clean("3") == 3
    assert many.clean("Carrier 42") == 42
    with pytest.raises(ValidationError, match="No carrier has this name"):
        many.clean("Nobody")


@pytest.mark.parametrize(
    ("dialled", "country", "number"),
    [
        ("0049 30 901820", "", "004930901820"),
        ("+49 (30) 90-18.20", "", "004930901820"),
        ("0049 (0) 30 / 90 18 20", "", "004930901820"),
        ("+39 06 5685 1242", "", "00390656851242"),
        ("030/901820", "49", "004930901820"),
        ("0031 20 8005169", "49", "0031208005169"),
    ],
)
def test_a_number_becomes_00_and_digits(dialled: str, country: str, number: str) -> None:
    assert normalise_number(dialled, country) == number


@pytest.mark.parametrize("dialled", ["030 901820", "49 30", "CALL", "", "00", "000123", "00" + "1" * 16, "0049+30"])
def test_input_that_is_not_a_number_is_explained(dialled: str) -> None:
    with pytest.raises(ValueError, match=r"digits|country"):
        normalise_number(dialled)
