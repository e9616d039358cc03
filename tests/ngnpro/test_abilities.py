"""The portal learns from test calls which operations a caller may use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ngnpro_wire.schema import WSDL_PATH
from portal.ngnpro import Credentials, errors
from portal.ngnpro.abilities import LISTS, Abilities, learn_abilities
from tests.support.scripted import ENGINE, Refused, Scripted

ROUTING = {"getCarriers", "getGateways", "getGatewayRules", "getRoutes", "getTrustedPeers"}


def test_an_administrator_may_do_everything() -> None:
    server = Scripted()

    abilities = learn_abilities(server.client())

    assert abilities.refused == {}
    assert [(call.operation.port, call.operation.name) for call in server.calls] == list(LISTS)
    assert all(call.arguments["query"]["range"] == {"start": 0, "count": 1} for call in server.calls)


@pytest.mark.parametrize("code", [9002, 9007, 4711])
def test_permissions_that_would_be_refused_are_not_offered(code: int) -> None:
    server = Scripted(answers=dict.fromkeys(ROUTING, Refused(code, "Not for you")))

    abilities = learn_abilities(server.client(Credentials("acme", "secret", admin=False)))

    assert set(abilities.refused) == {f"Sip.{operation}" for operation in ROUTING}
    assert abilities.refused["Sip.getRoutes"] == "Not for you"
    assert not abilities.may("Sip", "getRoutes")
    assert abilities.may("Sip", "getDomains")
    assert abilities.may("Sip", "addDomain")


def test_operations_that_the_wsdl_lacks_are_not_offered(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.wsdl"
    theirs.write_text(
        WSDL_PATH.read_text().replace('<wsdl:operation name="getRanges"', '<wsdl:operation name="listRanges"')
    )
    server = Scripted(theirs)
    client = server.client(engine=replace(ENGINE, wsdl=theirs))

    abilities = learn_abilities(client)

    assert list(abilities.refused) == ["Enum.getRanges"]


@pytest.mark.parametrize(
    ("code", "kind"), [(9001, errors.BadLogin), (9005, errors.Locked), (9009, errors.OtherRefusal)]
)
def test_other_refusals_are_not_taken_for_missing_permissions(code: int, kind: type[errors.Refusal]) -> None:
    with pytest.raises(kind):
        learn_abilities(
            Scripted(answers={"getDomains": Refused(code)}).client(Credentials("acme", "secret", admin=False))
        )


def test_an_outage_is_not_taken_for_missing_rights() -> None:
    with pytest.raises(errors.Outage):
        learn_abilities(Scripted(answers={"getDomains": b"<html/>"}).client())


def test_abilities_can_be_kept_in_a_session() -> None:
    server = Scripted(answers={"getRoutes": Refused(9002, "no")})
    abilities = learn_abilities(server.client())

    assert Abilities(dict(abilities.refused)) == abilities
