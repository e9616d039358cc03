"""Columns of imported files that name other records: mailboxes, aliases and numbers of accounts, carriers, gateways."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from portal.jobs.choices import JobState
from portal.jobs.models import Job
from portal.ngnpro import Query
from portal.ngnpro.records import Carrier, EnumId, EnumRange, EnumRangeId, Gateway, SipFilter, SipId
from tests.jobs.test_importing import reasons, upload
from tests.support.jobs import do, worked
from tests.support.portal import Platform

HEADINGS = "id;firstName;lastName;email;timezone;groups;properties;mailbox;aliases;number\n"
NELL = "nell@example.com"
ROW = (
    f'{NELL};Nell;New;nell@mail.example;Europe/Paris;"free-pstn; sms";language=nl;yes;"front; desk@example.com";'
    "+31 20 800 5170\n"
)


@pytest.fixture
def ranged(harbour: Platform) -> Platform:
    harbour.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="3120800"), min_digits=11, max_digits=11))
    return harbour


def test_accounts_come_with_their_groups_properties_mailbox_aliases_and_number(
    ranged: Platform, browser: Client
) -> None:
    job = upload(browser, "account", HEADINGS + ROW + "bad@;B;B;x;y;;;1;other;31208005171\n")
    found = {(row.kind, row.key): row.state for row in job.rows.filter(line=2)}
    assert found == {
        ("account", NELL): "ready",
        ("account/mailbox", NELL): "waiting",
        ("alias", "front@example.com"): "waiting",
        ("alias", "desk@example.com"): "waiting",
        ("number", "31208005170@e164.arpa"): "waiting",
    }
    assert set(job.rows.filter(line=3).values_list("state", flat=True)) == {"conflict"}

    do(browser, job, "apply")

    assert set(job.rows.filter(line=2).values_list("state", flat=True)) == {"done"}, reasons(job)
    account = ranged.account(NELL)
    assert (set(account.groups) - {"voicemail"}, account.get_property("language")) == ({"free-pstn", "sms"}, "nl")
    assert ranged.ngnpro.voicemail.get_account(SipId.parse(NELL)).email == "nell@mail.example"
    for alias in ("front@example.com", "desk@example.com"):
        assert str(ranged.ngnpro.sip.get_alias(SipId.parse(alias)).target) == NELL
    number = ranged.ngnpro.enum.get_number(EnumId(number="31208005170"))
    assert [mapping.mapto for mapping in number.mappings] == [f"sip:{NELL}"]
    again = upload(browser, "account", HEADINGS + ROW)
    assert set(again.rows.values_list("state", flat=True)) == {"skipped"}, reasons(again)

    undo = worked(Job.objects.get(pk=browser.post(f"/jobs/{job.pk}/do/", {"do": "undo"}).headers["Location"][6:-1]))
    undo = do(browser, undo, "apply", number=undo.rows.filter(verb="delete").count())
    assert set(undo.rows.values_list("state", flat=True)) == {"done"}, reasons(undo)
    assert ranged.ngnpro.sip.get_accounts(Query(filter=SipFilter(username="nell"))).total == 0


def test_problems_of_linked_records_are_downloaded_with_the_columns_of_the_file(
    ranged: Platform, browser: Client
) -> None:
    job = upload(browser, "account", HEADINGS + ROW.replace("+31 20 800 5170", "4.93E+11"))
    assert reasons(job)[2].startswith("Number: a spreadsheet has rounded this number, “4.93E+11”.")
    data = b"".join(browser.get(f"/jobs/{job.pk}/rows/?rows=conflict").streaming_content)  # type: ignore[arg-type]
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (row["id"], row["number"], row["aliases"]) == (NELL, "4.93E+11", "")


def test_columns_that_were_chosen_by_hand_bring_linked_records_as_well(ranged: Platform, browser: Client) -> None:
    job = upload(browser, "account", "Adresse;Weitere\nada@example.com;front\n")
    assert job.state == JobState.MAPPING
    browser.post(f"/jobs/{job.pk}/columns/", {"column": ["id", "aliases"]})
    assert set(worked(job).rows.values_list("kind", flat=True)) == {"account", "alias"}
    do(browser, job, "apply")
    assert str(ranged.ngnpro.sip.get_alias(SipId.parse("front@example.com")).target) == "ada@example.com"


def test_carriers_and_gateways_are_written_by_name(world: Platform, people: dict[str, Client]) -> None:
    browser, sip = people["operator"], world.ngnpro.sip
    first = next(sip.iter_carriers())
    second = sip.add_carrier(Carrier(name="Second", reseller=first.reseller))
    job = upload(
        browser,
        "gateway",
        f"name;carrier;ip;port;transport\nNew;{first.name.upper()};192.0.2.99;5060;udp\nX;nobody;192.0.2.98;5060;udp\n",
    )
    assert reasons(job) == {3: "Carrier: there is none with the name “nobody”."}
    do(browser, job, "apply")
    gateway = next(one for one in sip.iter_gateways() if one.name == "New")
    assert gateway.carrier_id == first.id

    moved = f"id;name;carrier_id;carrier\n{gateway.id};New;{first.id};{second.name}\n"
    do(browser, upload(browser, "gateway", moved), "apply")
    assert gateway_of(world, gateway).carrier_id == second.id
    job = upload(browser, "route", f"prefix;carrier;priority\n0044;{first.name};3\n")
    do(browser, job, "apply")
    assert [one.carrier_id for one in sip.iter_routes() if one.prefix == "0044"] == [first.id]
    job = upload(browser, "rule", "gateway;prefix;strip;prepend\nNew;0031;2;+\n")
    do(browser, job, "apply")
    assert reasons(job) == {}
    assert [one.gateway_id for one in sip.iter_gateway_rules() if one.prefix == "0031"] == [gateway.id]


def gateway_of(world: Platform, gateway: Gateway) -> Gateway:
    found = world.ngnpro.sip.find_gateway(gateway.id)
    assert found is not None
    return found
