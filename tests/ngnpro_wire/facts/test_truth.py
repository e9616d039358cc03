"""Which property values mean yes: the server and the portal use the same table."""

from __future__ import annotations

import pytest

from ngnpro_wire.facts.truth import is_true
from portal.ngnpro import Credentials, Ngnpro, errors
from portal.ngnpro.records import Carrier, CustomerProperty
from portal.people.identification import identify_customer
from tests.support.portal import CUSTOMER, Platform

YES = ("1", "true", "YES", " on ", "enabled", "Enabled")
NO = ("", "0", "false", "no", "off", "disabled", "2", "maybe", "\u0000")


@pytest.mark.parametrize("text", YES)
def test_yes(text: str) -> None:
    assert is_true(text)


@pytest.mark.parametrize("text", NO)
def test_unknown_truth_values_are_false(text: str) -> None:
    assert not is_true(text)


@pytest.mark.parametrize("text", [*YES, *NO[1:-1]])
def test_the_server_and_the_portal_read_a_right_alike(platform: Platform, text: str) -> None:
    reseller = platform.add_customer("Meridian", reseller_active=True)
    platform.ngnpro.customers.set_properties(reseller.id, [CustomerProperty(name="pstn_access", value=text)])
    engine = platform.ngnpro.engine
    person = identify_customer(engine, "meridian", CUSTOMER["password"])
    own = Ngnpro(engine, Credentials("meridian", CUSTOMER["password"], admin=False))

    try:
        own.sip.add_carrier(Carrier(name="Own", reseller=reseller.id))
        is_let = True
    except errors.NotPermitted:
        is_let = False

    assert person is not None
    assert ("pstn_access" in person["rights"], is_let) == (is_true(text), is_true(text))
