"""Servers that return nothing for an addition, write answers with references, or have no list of resellers."""

from __future__ import annotations

from typing import Any

import pytest

from portal.ngnpro import Query, Range, errors
from portal.ngnpro.hashes import hashed_password
from portal.ngnpro.records import AUTOINCREMENT, CustomerAccount, CustomerFilter, SipAccount, SipId
from tests.support.scripted import Refused, Scripted

KNOWN = [{"id": 7, "reseller": 7, "username": "meridian"}, {"id": 9, "reseller": 7, "username": "harbour"}]


def customers(arguments: dict[str, Any]) -> dict[str, Any]:
    wanted = (arguments["query"] or {}).get("filter") or {}
    found = [one for one in KNOWN if wanted.get("customer") in (None, 0, one["id"])]
    return {"total": len(found), "accounts": found}


def test_a_customer_is_read_back_if_nothing_is_returned() -> None:
    server = Scripted(answers={"addAccount": None, "getCustomers": customers})
    added = server.client().customers.add_account(CustomerAccount(username="harbour", password="x"))
    assert (added.id, added.reseller) == (9, 7)


def test_a_record_that_is_not_the_one_is_not_taken_for_it() -> None:
    server = Scripted(answers={"addAccount": None, "getAccount": {"id": {"username": "bob", "domain": "example.com"}}})
    wanted = SipAccount(id=SipId.parse("ada@example.com"))
    assert server.client().sip.add_account(wanted) == wanted


def test_the_next_number_is_found_by_its_password_if_nothing_is_returned() -> None:
    ids = [{"username": name, "domain": "example.com"} for name in ("1003", "1002")]
    secrets = ("other", "s3cret")
    digests = [hashed_password(SipId(**one), text).split(":")[0] for one, text in zip(ids, secrets, strict=True)]
    rows = [{"id": one, "ha1": digest} for one, digest in zip(ids, digests, strict=True)]
    server = Scripted(answers={"addAccount": None, "getAccounts": {"total": 2, "accounts": rows}})
    wanted = SipAccount(id=SipId(username=AUTOINCREMENT, domain="example.com"), password="s3cret")
    assert str(server.client().sip.add_account(wanted).id) == "1002@example.com"
    server.answers["getAccounts"] = {"total": 0, "accounts": []}
    with pytest.raises(errors.Uncertain, match="did not say which username"):
        server.client().sip.add_account(wanted)


@pytest.mark.parametrize("code", [9006, 9007])
def test_resellers_are_found_among_customers_if_they_have_no_list(code: int) -> None:
    server = Scripted(answers={"getResellers": Refused(code), "getCustomers": customers})
    client = server.client().customers
    assert [one.username for one in client.get_resellers()] == ["meridian"]
    assert [one.id for one in client.get_resellers(Query(filter=CustomerFilter(customer=9), range=Range(0, 1)))] == [9]
    assert client.get_resellers(Query(range=Range(1, 5))).items == ()


MULTI_REF = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>
<n:getAccountResponse xmlns:n="urn:AGProjects:NGNPro:Sip"><account href="#id0"/></n:getAccountResponse>
<multiRef id="id0" e:root="0"><id href="#id1"/><firstName xsi:type="xsd:string">Ada</firstName>
<quota href="#id2"/></multiRef>
<multiRef id="id1" e:root="0"><username>ada</username><domain>example.com</domain></multiRef>
<multiRef id="id2" e:root="0" xsi:type="xsd:int">25</multiRef>
</s:Body></s:Envelope>"""


def test_an_answer_with_references_is_read() -> None:
    server = Scripted(answers={"getAccount": MULTI_REF})
    account = server.client().sip.get_account(SipId.parse("ada@example.com"))
    assert (str(account.id), account.first_name, account.quota) == ("ada@example.com", "Ada", 25)
