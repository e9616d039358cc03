"""The client's methods and records, compared with the WSDL."""

from __future__ import annotations

import re

import pytest

from ngnpro_wire.schema import Operation, Struct, load_schema
from portal.ngnpro import records
from portal.ngnpro.ports.customers import CustomerPort
from portal.ngnpro.ports.dns import DnsPort
from portal.ngnpro.ports.enum import EnumPort
from portal.ngnpro.ports.network import NetworkPort
from portal.ngnpro.ports.platform import PlatformPort
from portal.ngnpro.ports.presence import PresencePort
from portal.ngnpro.ports.rating import RatingPort
from portal.ngnpro.ports.sip import SipPort
from portal.ngnpro.ports.voicemail import VoicemailPort
from portal.ngnpro.ports.watch import WatchPort
from portal.ngnpro.records.base import shape_of

SCHEMA = load_schema()
PORTS = {
    "Sip": SipPort,
    "Customer": CustomerPort,
    "Enum": EnumPort,
    "Voicemail": VoicemailPort,
    "Dns": DnsPort,
    "Rating": RatingPort,
    "Network": NetworkPort,
    "Presence": PresencePort,
    "Platform": PlatformPort,
    "Watch": WatchPort,
}
OBSOLETE = {"nocondition", "answerTimeout"}
# the operation and the types of batches are behind ``Ngnpro.batch`` (tests/ngnpro/test_batch.py)
OPERATIONS = [operation for operation in SCHEMA.operations.values() if operation.port != "Batch"]
WITHOUT_RECORD = re.compile(r"Auth|BatchCall|BatchResult|Range|OrderBy|NGNProException|\w+List|(?!Call)\w+Query")


def structs() -> list[Struct]:
    return [
        type_
        for type_ in SCHEMA.types.values()
        if isinstance(type_, Struct) and not WITHOUT_RECORD.fullmatch(type_.name)
    ]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.port}.{o.name}")
def test_every_operation_has_a_method_on_its_port(operation: Operation) -> None:
    method = re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation.name)

    assert callable(getattr(PORTS[operation.port], method))


@pytest.mark.parametrize("struct", structs(), ids=lambda s: s.name)
def test_every_type_has_a_record_with_the_same_members(struct: Struct) -> None:
    members = [name for name in struct.fields if name not in OBSOLETE]

    assert sorted(shape_of(getattr(records, struct.name)).wire_names.values()) == sorted(members)


@pytest.mark.parametrize("struct", structs(), ids=lambda s: s.name)
def test_every_record_says_what_it_holds(struct: Struct) -> None:
    record = getattr(records, struct.name)

    assert record.__doc__
    assert not record.__doc__.startswith(struct.name + "(")


def test_secrets_stay_out_of_a_repr() -> None:
    account = records.SipAccount(
        id=records.SipId(username="alice", domain="example.com"),
        password="canary-1",
        ha1="canary-2",
        ha1b="canary-3",
        properties=(records.SipAccountProperty(name="web_password", value="canary-4"),),
    )
    customer = records.CustomerAccount(username="acme", password="canary-5", source={"password": "canary-6"})
    domain = records.SipDomain(domain="example.com", private_key="canary-7")
    mailbox = records.VoicemailAccount(sip_id=account.id, password="canary-8")
    card = records.PrepaidCard(id=1, number="canary-9")
    peer = records.TrustedPeer(ip="192.0.2.1", auth_token="canary-10")

    assert "canary" not in repr([account, customer, domain, mailbox, card, peer])
