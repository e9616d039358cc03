"""What operators are limited to: parts of NGNPro, SIP domains, networks and a last day."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ngnpro_wire.schema import load_schema
from portal.jobs.logins import credentials_for
from portal.ngnpro import CallPlan, Ngnpro, OrderBy, Pattern, Query, Range, errors
from portal.ngnpro.limits import Limits, matches_filter
from portal.ngnpro.records import SipAccount, SipAlias, SipDomainFilter, SipFilter, SipId
from portal.people.operators.forms import PORTS, OperatorEditForm
from portal.people.operators.models import Operator
from portal.people.operators.services import LastFullOperator, check_full_operator_remains, state_of
from tests.support import jobs
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, PASSWORD, Platform, signed_in
from tests.test_access import FOREIGN, OWN, PAGES, address

ONE = Limits(domains=frozenset({"example.com"}))
# operation → offered to somebody limited to domains
ABOUT_DOMAINS = {
    "Sip.getDomains": True,
    "Sip.addDomain": True,
    "Sip.deleteDomain": True,
    "Sip.getAccounts": True,
    "Sip.updateAccount": True,
    "Sip.getAliases": True,
    "Sip.addAlias": True,
    "Sip.getPrepaidStatus": True,
    "Sip.getCalls": True,
    "Voicemail.getAccount": True,
    "Platform.dropRegistrations": True,
    "Sip.getSipTrace": False,
    "Sip.getMediaSessions": False,
    "Sip.getTrustedPeers": False,
    "Sip.getRoutes": False,
    "Sip.addRoutes": False,
    "Customer.getAccount": False,
    "Customer.getCustomers": False,
    "Enum.getNumbers": False,
    "Dns.getZones": False,
    "Watch.getAlarms": False,
    "Watch.getDiversionsTo": False,
    "Watch.getDiversionsInCircles": False,
    "Watch.getContactsTo": False,
    "Watch.getMissingContacts": False,
    "Watch.getFoundAccounts": False,
    "Watch.getFoundCalls": False,
    "Batch.run": False,
}


def limited(platform: Platform, limits: Limits) -> Ngnpro:
    engine = platform.ngnpro.engine
    return Ngnpro(engine, dataclasses.replace(engine.credentials(), limits=limits))


@pytest.fixture
def mara(operator: Operator) -> Operator:
    """An operator who is limited to one domain."""
    return Operator.objects.create_user("mara", PASSWORD, domains="example.com")


@pytest.mark.parametrize(("operation", "is_offered"), ABOUT_DOMAINS.items())
def test_only_operations_that_name_a_domain_are_left_to_somebody_limited_to_domains(
    operation: str, is_offered: bool
) -> None:
    assert ONE.offers(*operation.split(".")) is is_offered


def test_a_port_that_is_not_theirs_is_not_offered(world: Platform) -> None:
    sip = limited(world, Limits(ports=frozenset({"Sip"})))
    assert sip.sip.get_domains().total == 2
    assert not sip.dns.offers("getZones")
    world.forget_calls()
    with pytest.raises(errors.NotOffered):
        sip.enum.get_numbers()
    assert world.calls == []


def test_every_port_can_be_chosen() -> None:
    assert set(load_schema().ports) - {"Batch"} <= {port for port, _label in PORTS}


REFUSED: dict[str, Any] = {
    "account of another domain": lambda one: one.sip.get_account(SipId.parse("bob@other.example")),
    "mailbox of another domain": lambda one: one.voicemail.get_account(SipId.parse("bob@other.example")),
    "change of another account": lambda one: one.sip.add_to_group(SipId.parse("bob@other.example"), "blocked"),
    "new account elsewhere": lambda one: one.sip.add_account(
        SipAccount(id=SipId.parse("x@other.example"), email="x@example.net", **ACCOUNT)
    ),
    "alias that leads elsewhere": lambda one: one.sip.add_alias(
        SipAlias(id=SipId.parse("x@example.com"), target=SipId.parse("bob@other.example"))
    ),
    "deletion of another domain": lambda one: one.sip.delete_domain("Other.Example"),
    "balances with another account": lambda one: one.sip.get_prepaid_status(
        [SipId.parse("ada@example.com"), SipId.parse("bob@other.example")]
    ),
    "trace": lambda one: one.call("Sip", "getSipTrace", filter={"callid": "x"}),
    "plain data of another account": lambda one: one.call(
        "Sip", "getAccount", sipId={"username": "bob", "domain": "other.example"}
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_outside_of_the_domains_is_refused_before_a_call(world: Platform, case: str) -> None:
    one = limited(world, ONE)
    world.forget_calls()
    with pytest.raises((errors.Missing, errors.NotPermitted, errors.NotOffered)):
        REFUSED[case](one)
    # which form of a password a domain stores is asked with the portal's own login
    assert set(world.calls) <= {"getDomains", "getProperties"}


def test_a_batch_is_limited_like_single_calls(world: Platform) -> None:
    one = limited(world, ONE)
    one.sip.get_domains()  # whose answer says that the server takes batches
    plans = [
        CallPlan(lambda client, key=key: client.sip.add_to_group(SipId.parse(key), "blocked"))
        for key in ("ada@example.com", "bob@other.example")
    ]
    done, refused = one.batch(plans)
    assert done.error is None
    assert isinstance(refused.error, errors.NotPermitted)
    assert "blocked" not in world.account("bob@other.example").groups


def test_lists_have_the_records_of_all_their_domains_and_no_others(world: Platform) -> None:
    for domain in ("a.example", "z.example"):
        world.add_domain(domain)
        for name in ("x1", "x2", "x3"):
            world.add_account(f"{name}@{domain}")
    both = limited(world, Limits(domains=frozenset({"z.example", "a.example"})))
    assert [one.domain for one in both.sip.get_domains()] == ["a.example", "z.example"]
    found = [
        [str(one.id) for one in both.sip.get_accounts(Query(order_by=OrderBy("username"), range=Range(start, 2)))]
        for start in (0, 2, 4, 6)
    ]
    assert found == [
        ["x1@a.example", "x2@a.example"],
        ["x3@a.example", "x1@z.example"],
        ["x2@z.example", "x3@z.example"],
        [],
    ]
    assert both.sip.get_accounts(Query(range=Range(0, 2))).total == 6
    named = Query(filter=SipFilter(domain="other.example"))
    assert both.sip.get_accounts(named).total == 0
    assert both.sip.get_domains(Query(filter=SipDomainFilter(domain=Pattern("z%")))).total == 1
    assert len(list(both.sip.iter_accounts(SipFilter(), page_size=2))) == 6


@pytest.mark.parametrize(
    ("pattern", "text", "is_match"),
    [
        ("", "", True),
        ("%", "", True),
        ("exam%", "Example.com", True),
        ("%.com", "example.com", True),
        ("%a%e%", "example.com", True),
        ("ex_mple.com", "example.com", True),
        ("ex\\_mple.com", "example.com", False),
        ("example", "example.com", False),
        ("%" * 40 + "z", "a" * 200, False),
    ],
)
def test_patterns_of_filters_match_as_the_server_matches_them(pattern: str, text: str, is_match: bool) -> None:
    assert matches_filter(pattern, text) is is_match


WALKS = {
    "one domain": {"domains": "example.com"},
    **{f"only {port}": {"ports": port} for port in ("Sip", "Enum", "Dns")},
}


# What these pages answer to everybody who comes without a token, or too often.
USUAL = {"accounts:phones:set-up-here": (429,), "api:call": (401,)}


@pytest.mark.parametrize("limit", WALKS)
def test_every_page_works_for_operators_with_limits_or_is_not_theirs(
    world: Platform, operator: Operator, limit: str
) -> None:
    Operator.objects.create_user("mara", PASSWORD, **WALKS[limit])
    browser = signed_in("mara", PASSWORD)
    wrong = []
    for page in sorted(PAGES):
        for whose in (OWN, FOREIGN):
            got = browser.get(address(page, whose)).status_code
            if got not in (200, 204, 302, 404, 405, *USUAL.get(page, ())) or (
                got == 200 and "other.example" in address(page, whose) and "domains" in WALKS[limit]
            ):
                wrong.append((address(page, whose), got))
    assert not wrong, wrong


def test_an_operator_of_one_domain_neither_sees_nor_changes_another(world: Platform, mara: Operator) -> None:
    browser = signed_in("mara", PASSWORD)
    assert [row[0] for row in Page(browser.get("/domains/")).rows()] == ["example.com"]
    assert "other.example" not in browser.get("/accounts/?format=csv").content.decode()
    assert browser.get("/search/?q=bob").content.decode().count("other.example") == 0
    assert browser.post("/accounts/bob@other.example/groups/block/").status_code == 404
    assert "blocked" not in world.account("bob@other.example").groups


def test_a_job_has_the_limits_of_its_author_and_stops_when_they_change(world: Platform, mara: Operator) -> None:
    browser = signed_in("mara", PASSWORD)
    ticked = {"address": ["ada@example.com", "bob@other.example"]}
    job = jobs.plan(browser, "accounts:list", "block", ticked)
    assert (credentials := credentials_for(job)) is not None
    assert credentials.limits == ONE
    assert jobs.states(job)["bob@other.example"] != "ready"
    assert browser.post(f"/jobs/{job.pk}/do/", {"do": "apply"}).status_code == 302
    Operator.objects.filter(pk=mara.pk).update(domains="other.example")
    job = jobs.worked(job)
    assert "fewer rights" in job.note
    assert "blocked" not in world.account().groups


def test_the_journal_shows_an_operator_with_limits_only_their_own_entries(
    world: Platform, browser: Client, mara: Operator
) -> None:
    browser.post("/accounts/bob@other.example/groups/block/")
    other = signed_in("mara", PASSWORD)
    other.post("/accounts/ada@example.com/groups/block/")
    assert "bob@other.example" in browser.get("/journal/").content.decode()
    shown = other.get("/journal/").content.decode()
    assert "ada@example.com" in shown
    assert "bob@other.example" not in shown


def test_after_the_last_day_nobody_signs_in_and_sessions_end(platform: Platform, mara: Operator) -> None:
    browser = signed_in("mara", PASSWORD)
    today = timezone.localdate()
    Operator.objects.filter(pk=mara.pk).update(expires_on=today)
    assert browser.get("/operators/own/").status_code == 200
    Operator.objects.filter(pk=mara.pk).update(expires_on=today - datetime.timedelta(days=1))
    assert browser.get("/operators/own/").status_code == 302
    typed = {"username": "mara", "password": PASSWORD}
    assert Client().post("/session/sign-in/", typed).status_code == 422


def test_operators_use_the_portal_only_from_their_networks(platform: Platform, mara: Operator) -> None:
    Operator.objects.filter(pk=mara.pk).update(networks="192.0.2.0/24\n2001:db8::/32")
    typed = {"username": "mara", "password": PASSWORD}
    assert Client(REMOTE_ADDR="198.51.100.1").post("/session/sign-in/", typed).status_code == 422
    browser = Client(REMOTE_ADDR="192.0.2.7")
    assert browser.post("/session/sign-in/", typed).status_code == 302
    assert browser.get("/domains/").status_code == 200
    assert browser.get("/domains/", REMOTE_ADDR="2001:db8::1").status_code == 200
    assert browser.get("/domains/", REMOTE_ADDR="198.51.100.1").status_code == 302
    assert browser.get("/domains/").status_code == 302


@pytest.mark.parametrize("values", [{"domains": "example.com"}, {"ports": "Sip"}, {"networks": "192.0.2.1/32"}])
def test_an_operator_with_all_rights_always_remains(operator: Operator, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(operator, name, value)
    with pytest.raises(LastFullOperator):
        check_full_operator_remains(operator)


def test_limits_are_typed_in_any_form_and_stored_in_one(mara: Operator) -> None:
    typed = {
        "name": "Mara",
        "ports": ["Dns", "Sip"],
        "domains": "EXAMPLE.com\nbücher.example\nexample.com",
        "networks": "192.0.2.0/255.255.255.0\n2001:DB8::1",
        "expires_on": "2030-01-31",
        "is_active": "on",
    }
    form = OperatorEditForm(typed)
    assert form.is_valid(), form.errors
    stored = form.to_record(state_of(mara))
    assert (stored.ports, stored.domains) == ("Sip\nDns", "example.com\nxn--bcher-kva.example")
    assert (stored.networks, str(stored.expires_on)) == ("192.0.2.0/24\n2001:db8::1/128", "2030-01-31")
    wrong = OperatorEditForm({**typed, "networks": "192.0.2.1/24"})
    assert "Line 1" in wrong.errors["networks"][0]
