"""The operations on records: the same rights, checks and journal as the pages have."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.journal.models import JournalEntry
from portal.ngnpro import Query
from portal.ngnpro.records import SipDomain, SipDomainFilter
from tests.support.api import ApiClient, answered, make_token
from tests.support.portal import CUSTOMER, Platform

DOMAIN = Query(filter=SipDomainFilter(domain="new.example"))


@pytest.fixture
def api(people: dict[str, Client]) -> ApiClient:
    """A program of the operator."""
    return make_token(people["operator"])


@pytest.fixture
def reseller_api(people: dict[str, Client]) -> ApiClient:
    return make_token(people["reseller"], CUSTOMER["password"])


def test_a_record_is_listed_and_read_without_secrets(api: ApiClient) -> None:
    found = answered(api.get("accounts?domain=example.com"))
    assert [one["id"] for one in found["items"]] == ["ada@example.com"]
    assert found["total"] == 1
    assert found["next"] is None
    one = answered(api.get("accounts/ada@example.com"))
    assert one["firstName"] == "Ada"
    assert not {"password", "properties", "ha1"} & set(one)


def test_a_record_is_added_changed_and_deleted_as_on_the_pages(api: ApiClient, world: Platform) -> None:
    added = api.post("domains", {"domain": "New.Example", "customer": 2})
    assert answered(added, 201)["domain"] == "new.example"
    assert added.headers["Location"] == "/api/v1/domains/new.example"
    changed = answered(api.patch("domains/new.example", {"verify_cert": True}))
    assert changed["verify_cert"] is True
    assert next(iter(world.ngnpro.sip.get_domains(DOMAIN))).customer == 2
    assert answered(api.delete("domains/new.example"), 204) is None
    assert answered(api.get("domains/new.example"), 404)["title"] == "Not Found"
    entries = JournalEntry.objects.filter(kind="domain", key="new.example").order_by("pk")
    assert [entry.action for entry in entries] == ["add", "edit", "delete"]
    assert {str(entry.author) for entry in entries} == {"token CRM of Ines Okafor"}
    assert entries[0].source == "192.0.2.7"


def test_a_refusal_names_the_field_and_the_code(api: ApiClient) -> None:
    problem = answered(api.post("domains", {"domain": "example.com", "customer": 2}), 409)
    assert problem["code"] == 1001
    assert problem["request"]


def test_all_wrong_members_are_named_at_once(api: ApiClient) -> None:
    body = {"email": "nobody", "timezone": "Mars/Olympus", "color": "red", "quota": []}
    problem = answered(api.patch("accounts/ada@example.com", body), 422)
    assert [one["field"] for one in problem["errors"]] == ["email", "timezone", "color"]


def test_what_identifies_a_record_cannot_be_changed(api: ApiClient) -> None:
    problem = answered(api.patch("domains/example.com", {"domain": "other.example"}), 422)
    assert problem["errors"][0]["field"] == "domain"


def test_null_and_empty_values_reset_a_member(api: ApiClient, world: Platform) -> None:
    answered(api.patch("accounts/ada@example.com", {"quota": 20, "rpid": "31208005169", "groups": ["free-pstn"]}))
    answered(api.patch("accounts/ada@example.com", {"quota": None, "groups": []}))
    account = world.account()
    assert (account.quota, account.groups, account.rpid) == (0, (), "31208005169")


def test_texts_are_not_taken_for_rounded_numbers(api: ApiClient) -> None:
    assert answered(api.patch("accounts/ada@example.com", {"firstName": "2.0"}))["firstName"] == "2.0"


def test_numbers_and_their_mappings_are_written(api: ApiClient, world: Platform) -> None:
    mapping = {"type": "sip", "mapto": "sip:ada@example.com", "priority": 20, "ttl": 600}
    key = answered(api.get("enum/numbers?number=31208005169"))["items"][0]
    path = f"enum/numbers/{key['number']}@{key['tld']}"
    changed = answered(api.patch(path, {"mappings": [mapping], "info": "front desk"}))
    assert [{name: one[name] for name in mapping} for one in changed["mappings"]] == [mapping]


def test_a_record_in_use_or_with_others_is_not_deleted_by_accident(api: ApiClient, world: Platform) -> None:
    problem = answered(api.delete("domains/example.com"), 409)
    assert {one["label"]: one["count"] for one in problem["dependents"]} == {"Accounts": 1, "Aliases": 1}
    answered(api.delete("domains/example.com?cascade=true"), 204)
    assert world.ngnpro.sip.find_domain("example.com") is None


def test_an_etag_keeps_changes_of_others(api: ApiClient, world: Platform) -> None:
    seen = api.get("accounts/ada@example.com").headers["ETag"]
    answered(api.patch("accounts/ada@example.com", {"lastName": "King"}, If_Match=seen))
    problem = answered(api.patch("accounts/ada@example.com", {"lastName": "Lovelace"}, If_Match=seen), 412)
    assert problem["changes"] == [{"field": "lastName", "now": "King", "wanted": "Lovelace"}]
    assert world.account().last_name == "King"
    answered(api.delete("accounts/ada@example.com", If_Match=seen), 412)
    fresh = api.get("accounts/ada@example.com").headers["ETag"]
    answered(api.patch("accounts/ada@example.com", {"lastName": "Lovelace"}, If_Match=fresh))


def test_fields_limit_the_answer(api: ApiClient) -> None:
    assert answered(api.get("accounts/ada@example.com?fields=id,email")) == {
        "id": "ada@example.com",
        "email": "ada@example.com",
    }
    assert answered(api.get("accounts?fields=password2"), 422)["status"] == 422


def test_a_reseller_has_their_own_rights_only(reseller_api: ApiClient) -> None:
    assert [one["domain"] for one in answered(reseller_api.get("domains"))["items"]] == ["example.com"]
    answered(reseller_api.get("domains/other.example"), 404)
    answered(reseller_api.patch("domains/example.com", {"reseller": 3}), 403)
    answered(reseller_api.get("mail/outbox"), 403)


def test_parts_of_an_account_are_read_and_replaced(api: ApiClient, world: Platform) -> None:
    part = "accounts/ada@example.com"
    assert answered(api.get(f"{part}/mailbox"), 404)["status"] == 404
    made = answered(api.put(f"{part}/mailbox", {"password": "583920", "email": "ada@example.com"}), 201)
    assert made["email"] == "ada@example.com"
    assert "password" not in made
    answered(api.put(f"{part}/barring", {"prefixes": ["+881"]}))
    assert answered(api.get(f"{part}/barring")) == {"prefixes": ["+881"]}
    answered(api.put(f"{part}/diversions", {"FUNC": "sip:bob@other.example"}))
    assert answered(api.get(f"{part}/diversions"))["FUNC"] == "sip:bob@other.example"
    book = {"phonebook": [{"uri": "+31201234567", "name": "Bob"}]}
    answered(api.put(f"{part}/phonebook", book))
    assert answered(api.get(f"{part}/phonebook"))["phonebook"][0]["name"] == "Bob"
    answered(api.delete(f"{part}/mailbox"), 204)
    wrong = answered(api.put(f"{part}/barring", {"prefixes": 5}), 422)
    assert wrong["errors"][0]["field"] == "prefixes"
    parts = JournalEntry.objects.filter(key="ada@example.com").exclude(part="").values_list("part", flat=True)
    assert set(parts) == {"mailbox", "barring", "diversions", "phonebook"}


def test_an_outage_says_that_nothing_is_stored_or_that_it_is_unknown(api: ApiClient, world: Platform) -> None:
    world.cut()
    assert answered(api.patch("accounts/ada@example.com", {"lastName": "King"}), 503)["stored"] == "nothing"
    world.mend()
    world.lose_answers("addDomain")
    world.break_off("getDomains")
    problem = answered(api.post("domains", {"domain": "new.example", "customer": 2}), 503)
    assert problem["stored"] == "unknown"


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_skip_and_repeat_nothing_while_records_come_and_go(api: ApiClient, world: Platform, limit: int) -> None:
    for number in range(6):
        world.ngnpro.sip.add_domain(SipDomain(domain=f"m{number}.example"))
    seen, cursor, gone = [], "", iter(("example.com", "m0.example"))
    while cursor is not None:
        page = answered(api.get(f"domains?limit={limit}&cursor={cursor}"))
        seen += [one["domain"] for one in page["items"]]
        cursor = page["next"]
        if (name := next(gone, None)) and name in seen:
            world.ngnpro.sip.delete_domain(name)
            world.ngnpro.sip.add_domain(SipDomain(domain=f"a-{name}"))
    lasting = {f"m{number}.example" for number in range(1, 6)} | {"other.example"}
    assert lasting <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_request_makes_as_many_calls_as_it_has_to(api: ApiClient, world: Platform) -> None:
    expected = (
        ("GET", "accounts?domain=example.com", None, ["getAccounts"]),
        ("GET", "accounts/ada@example.com", None, ["getAccount"]),
        ("PATCH", "accounts/ada@example.com", {"lastName": "King", "owner": 2}, ["getAccount", "updateAccount"]),
        ("PATCH", "accounts/ada@example.com", {"lastName": "King"}, ["getAccount"]),
        ("POST", "lcr/carriers", {"name": "Nordkom"}, ["addCarrier"]),
        ("DELETE", "lcr/carriers/3", None, ["getCarriers", "getGateways", "getRoutes", "deleteCarrier"]),
        ("PUT", "accounts/ada@example.com/barring", {"prefixes": []}, ["getBarringPrefixes", "setBarringPrefixes"]),
    )
    for method, path, body, calls in expected:
        world.forget_calls()
        assert api.call(method, path, body).status_code < 300
        assert set(world.calls) == set(calls), path
        assert len(world.calls) <= len(calls) + 2, world.calls
