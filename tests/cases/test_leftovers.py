"""What leads to a deleted account or alias is listed before, and gone afterwards: a newcomer inherits nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from sqlalchemy import select

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema import diversions, enum_mappings, sip_accounts, sip_aliases
from ngnpro_wire.codec import Request
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.watch import WATCH
from portal.core import servers
from portal.core.viewer import Role
from portal.mail.text.models import MailBrand, MailTemplate
from portal.ngnpro import Query
from portal.ngnpro.leftovers import diversions_to
from portal.ngnpro.records import (
    AliasFilter,
    CallDiversions,
    EnumId,
    PhonebookEntry,
    RatingEntityProfiles,
    SipAlias,
    SipId,
    VoicemailAccount,
)
from portal.people import sessions
from portal.people.models import KnownDevice
from tests.support.fault_injection import EVERY, Answer
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BERT, DESK = (SipId.parse(f"{name}@example.com") for name in ("ada", "bert", "desk"))
NUMBER = EnumId(number="4930901820")


def keep_what_leads(world: Platform) -> None:
    """Make the server one that knows nothing of our extensions, and deletes nothing but the record itself."""

    def foreign(request: Request, serve: Callable[[], Answer]) -> Answer:
        tables = (sip_aliases, enum_mappings, diversions)
        with world.server.engine.connect() as connection:
            before = [connection.execute(select(table)).mappings().all() for table in tables]
        answer = serve()
        if request.operation.name in ("deleteAccount", "deleteAlias", "deleteDomain") and answer.status.startswith(
            "200"
        ):
            gone = request.arguments.get("id")
            gone = gone if isinstance(gone, dict) else {}
            with transaction(world.server.engine, write=True) as connection:
                accounts = set(connection.execute(select(sip_accounts.c.id)).scalars())
                for table, rows in zip(tables, before, strict=True):
                    there = connection.execute(select(table)).mappings().all()
                    for row in rows:
                        is_own = table is diversions and row["account_id"] not in accounts
                        is_gone = table is sip_aliases and row["username"] == gone.get("username")
                        is_gone = is_gone or (table is sip_aliases and row["domain"] == request.arguments.get("domain"))
                        if row not in there and not is_own and not is_gone:
                            connection.execute(table.insert().values(**row))
        answer.headers[:] = [one for one in answer.headers if one[0] not in (WATCH, "NGNPro-Batch")]
        return answer

    world.handle((EVERY,), foreign)
    world.ngnpro.sip.get_account(ADA)


@pytest.fixture(params=["our server", "a server that keeps them"])
def led(request: pytest.FixtureRequest, world: Platform) -> Platform:
    """Bert diverts to Ada, and an alias and a number lead to her."""
    world.add_account(str(BERT))
    world.add_number(NUMBER.number, str(ADA), world.account().customer)
    world.ngnpro.sip.add_alias(SipAlias(id=DESK, target=ADA))
    world.ngnpro.sip.set_call_diversions(BERT, CallDiversions(func=f"sip:{ADA}", fbus="sip:+31201234567@example.com"))
    if request.param != "our server":
        keep_what_leads(world)
    return world


def delete(browser: Client, page: str, name: object) -> str:
    return Page(browser.post(page, {"name": str(name)}, follow=True)).text


def test_what_leads_to_an_account_is_listed_before_it_is_deleted(browser: Client, led: Platform) -> None:
    text = Page(browser.get(f"/accounts/{ADA}/delete/")).text
    for words in (
        "Diversions of other accounts to it",
        str(BERT),
        "Aliases that point to it",
        "Numbers that point to it",
    ):
        assert words in text
    assert "they lose this target" in text


def test_contacts_of_others_are_listed_before_an_account_is_deleted_and_marked_afterwards(
    browser: Client, world: Platform
) -> None:
    world.add_account(str(BERT))
    for account, uri in (
        (BERT, str(ADA)),
        (BERT, "gone@else.example"),
        (BERT, "+31201234567@example.com"),
        (ADA, str(ADA)),
    ):
        world.ngnpro.sip.add_phonebook_entry(account, PhonebookEntry(uri=uri))
    page = f"/accounts/{BERT}/contacts/"
    assert "does not exist" not in Page(browser.get(page)).text
    asked = Page(browser.get(f"/accounts/{ADA}/delete/")).text
    assert "Contacts of other accounts to it" in asked
    assert str(BERT) in asked
    delete(browser, f"/accounts/{ADA}/delete/", ADA)
    world.forget_calls()
    rows = Page(browser.get(page)).rows()
    assert [str(ADA) in row[1] for row in rows if "This account does not exist." in row[1]] == [True]
    assert world.calls.count("getMissingContacts") == 1


def test_other_servers_do_not_say_where_contacts_lead(browser: Client, world: Platform) -> None:
    world.add_account(str(BERT))
    world.ngnpro.sip.add_phonebook_entry(BERT, PhonebookEntry(uri="gone@example.com"))
    keep_what_leads(world)
    text = Page(browser.get(f"/accounts/{BERT}/contacts/")).text
    assert "The server does not say whether the accounts of these contacts still exist." in text
    asked = Page(browser.get(f"/accounts/{ADA}/delete/")).text
    assert "NGNPro did not say whether these refer to it" in asked
    assert "Contacts of other accounts to it" in asked


def test_contacts_of_accounts_that_somebody_may_not_see_are_not_listed(
    people: dict[str, Client], world: Platform
) -> None:
    rival = SipId.parse("carl@rival.example")
    world.add_domain(rival.domain)
    world.add_account(str(rival))
    world.ngnpro.sip.add_phonebook_entry(rival, PhonebookEntry(uri=str(ADA)))
    assert str(rival) in Page(people["operator"].get(f"/accounts/{ADA}/delete/")).text
    assert str(rival) not in Page(people["reseller"].get(f"/accounts/{ADA}/delete/")).text


def test_nothing_leads_to_an_account_that_was_deleted(browser: Client, led: Platform) -> None:
    assert "was deleted" in delete(browser, f"/accounts/{ADA}/delete/", ADA)
    led.add_account(str(ADA))
    assert led.ngnpro.sip.get_call_diversions(BERT) == CallDiversions(fbus="sip:+31201234567@example.com")
    assert led.ngnpro.enum.get_number(NUMBER).mappings == ()
    to_ada = AliasFilter(target_username=ADA.username, target_domain=ADA.domain)
    assert led.ngnpro.sip.get_aliases(Query(filter=to_ada)).items == ()
    assert diversions_to(led.ngnpro, ADA) == ()


def test_nothing_leads_to_an_alias_that_was_deleted(browser: Client, led: Platform) -> None:
    led.ngnpro.sip.set_call_diversions(BERT, CallDiversions(func=f"sip:{DESK}"))
    assert str(BERT) in Page(browser.get(f"/aliases/{DESK}/delete/")).text
    delete(browser, f"/aliases/{DESK}/delete/", DESK)
    assert led.ngnpro.sip.get_call_diversions(BERT) == CallDiversions()


@pytest.mark.parametrize("is_ours", [True, False])
def test_nothing_leads_into_a_domain_that_was_deleted(browser: Client, world: Platform, is_ours: bool) -> None:
    account = world.account()
    world.add_domain("sister.example", customer=account.customer, reseller=account.reseller)
    world.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("in@sister.example"), target=ADA, owner=account.owner))
    world.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ADA, password="4711", name="Ada"))
    if not is_ours:
        keep_what_leads(world)
        text = Page(browser.get("/domains/example.com/delete/")).text
        assert "Diversions of accounts in other domains into it" in text
    world.forget_calls()
    assert "was deleted" in delete(browser, "/domains/example.com/delete/", "example.com")
    into = AliasFilter(target_domain="example.com")
    assert world.ngnpro.sip.get_aliases(Query(filter=into)).items == ()
    assert world.ngnpro.enum.get_number(EnumId(number="31208005169")).mappings == ()
    assert ("deleteAlias" in world.calls) is not is_ours


def test_what_still_leads_into_a_deleted_domain_is_told(browser: Client, world: Platform) -> None:
    keep_what_leads(world)
    world.refuse("Enum.updateNumber", code=FaultCode.NOT_PERMITTED, text="not yours")
    text = delete(browser, "/domains/example.com/delete/", "example.com")
    assert "These still lead into example.com" in text
    assert "+31208005169" in text


def test_what_still_leads_to_a_deleted_account_is_told(browser: Client, world: Platform) -> None:
    world.add_number(NUMBER.number, str(ADA))
    assert f"These still lead to {ADA}" in delete(browser, f"/accounts/{ADA}/delete/", ADA)


def test_a_customer_with_the_number_of_a_deleted_one_inherits_no_mail_settings(
    browser: Client, world: Platform
) -> None:
    customer = world.add_customer("Short Lived", reseller=world.account().reseller)
    engine = servers.engine("").name
    MailTemplate.objects.create(engine=engine, reseller=customer.id, kind="customer-login", subject="Hello", text="Hi")
    MailBrand.objects.create(engine=engine, reseller=customer.id, colour="#336699", logo=b"png")
    MailTemplate.objects.create(
        engine=engine, reseller=customer.id + 1, kind="customer-login", subject="Stays", text="-"
    )
    url = f"/customers/{customer.id}/delete/"
    text = Page(browser.get(url)).text
    assert "Templates of mails" in text
    assert "Colour and logo of mails" in text
    assert "was deleted" in Page(browser.post(url, follow=True)).text
    assert [one.subject for one in MailTemplate.objects.all()] == ["Stays"]
    assert not MailBrand.objects.exists()


def test_a_person_with_the_login_of_a_deleted_one_inherits_no_known_devices(browser: Client, world: Platform) -> None:
    person = sessions.person_key(Role.SUBSCRIBER, servers.engine("").name, str(ADA))
    KnownDevice.objects.create(person=person, mark="of the first Ada")
    delete(browser, f"/accounts/{ADA}/delete/", ADA)
    assert not KnownDevice.objects.filter(person=person).exists()


def test_rating_profiles_are_removed_by_calls_where_the_server_keeps_them(browser: Client, world: Platform) -> None:
    """Accounts and numbers of customers come again, and somebody else would be rated by them."""
    alone = world.add_customer("Alone")
    for entity in ("subscriber://ada@example.com", "domain://example.com", f"customer://{alone.id}"):
        world.ngnpro.rating.set_entity_profiles(RatingEntityProfiles(entity=entity, profile_weekday="list-1"))
    keep_what_leads(world)
    removed: list[str] = []
    world.handle(
        ("deleteEntityProfiles",), lambda request, serve: removed.append(request.arguments["entity"]) or serve()
    )
    delete(browser, f"/accounts/{ADA}/delete/", ADA)
    delete(browser, "/domains/example.com/delete/", "example.com")
    page = f"/customers/{alone.id}/delete/"
    browser.post(page, Page(browser.get(page)).form_data())
    assert removed == ["subscriber://ada@example.com", "domain://example.com", f"customer://{alone.id}"]
