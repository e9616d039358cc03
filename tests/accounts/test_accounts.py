"""The accounts room, from the browser to NGNPro's database and back."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from sqlalchemy import update

from ngnpro_server.store.schema import sip_accounts
from portal.accounts.tables import phone_model
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.hashes import hashed_password
from portal.ngnpro.ports.rating import entity_of_account
from portal.ngnpro.records import AclEntry, SipAccountProperty, SipAlias, SipId, VoicemailAccount
from portal.ngnpro.records.network import RatingEntityProfiles
from tests.support.pages import Page
from tests.support.portal import Platform


@pytest.fixture
def typed() -> dict[str, Any]:
    """Return what an operator types to add an account."""
    return {
        "username": "Ada",
        "domain": "example.com",
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "ada@mail.example",
        "timezone": "Europe/London",
        "groups": ["free-pstn"],
    }


@pytest.fixture(autouse=True)
def domain(platform: Platform) -> None:
    platform.add_domain("example.com")


def test_a_new_account_is_shown_once_with_its_password_and_listed(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    answer = browser.post("/accounts/add/", typed, follow=True)
    assert answer.redirect_chain == [("/accounts/ada@example.com/added/", 302)]
    password = Page(answer).root.get_element_by_id("password").text
    assert len(password) == 16
    again = Page(browser.get("/accounts/ada@example.com/added/"))
    assert password not in again.response.content.decode()
    assert "was shown once" in again.text
    stored = platform.account()
    assert (stored.first_name, stored.email, stored.groups) == ("Ada", "ada@mail.example", ("free-pstn",))
    assert Page(browser.get("/accounts/")).rows()[0][0] == "ada@example.comAda Byron"


def test_the_generated_password_is_the_one_that_ngnpro_stores(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    answer = browser.post("/accounts/add/", typed, follow=True)
    password = Page(answer).root.get_element_by_id("password").text
    expected = hashlib.md5(f"ada:example.com:{password}".encode(), usedforsecurity=False).hexdigest()
    assert platform.account().ha1 == expected


def test_the_page_with_the_password_is_kept_out_of_caches(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    answer = browser.post("/accounts/add/", typed, follow=True)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("account=ad", {"ada", "adam"}),
        ("account=ada@example.com", {"ada"}),
        ("account=*m@example.com", {"adam"}),
        ("last_name=byr", {"ada"}),
        ("first_name=A", {"ada", "adam"}),
        ("email=bert", {"bert"}),
        ("account=Byron+Ada", {"ada"}),
        ("account=ada+byron", {"ada"}),
        ("account=byr", {"ada"}),
        ("account=bert@mail", {"bert"}),
        ("account=byr&domain=other.example", set()),
        ("state=blocked", {"bert"}),
        ("state=quota", set()),
        ("group=blocked", {"bert"}),
        ("domain=other", set()),
        ("account=a_a", set()),
    ],
)
def test_accounts_are_found_by_each_field(browser: Client, platform: Platform, query: str, found: set[str]) -> None:
    platform.add_account("ada@example.com")
    platform.add_account("adam@example.com", first_name="Adam", last_name="Smith")
    platform.add_account(
        "bert@example.com", first_name="Bert", last_name="Jansen", email="bert@mail.example", groups=("blocked",)
    )
    rows = Page(browser.get(f"/accounts/?{query}")).rows()
    assert {row[0].partition("@")[0] for row in rows} == found


@pytest.mark.parametrize(
    ("order", "sorted_names"),
    [
        ("username", ["ada", "bert", "cleo"]),
        ("domain", ["cleo", "ada", "bert"]),
        ("changeDate", ["bert", "cleo", "ada"]),
    ],
)
def test_every_order_of_the_contract_sorts_the_list(
    browser: Client, platform: Platform, order: str, sorted_names: list[str]
) -> None:
    domains = {"bert": "z.example", "cleo": "a.example", "ada": "example.com"}
    for domain in ("a.example", "z.example"):
        platform.add_domain(domain)
    for day, (name, domain) in enumerate(domains.items(), 1):
        platform.add_account(f"{name}@{domain}")
        changed = update(sip_accounts).where(sip_accounts.c.username == name)
        with platform.server.engine.begin() as connection:
            connection.execute(changed.values(change_date=datetime(2026, 7, day)))
    for sort, expected in ((order, sorted_names), (f"-{order}", sorted_names[::-1])):
        rows = Page(browser.get(f"/accounts/?sort={sort}")).rows()
        assert [row[0].partition("@")[0] for row in rows] == expected


def test_two_rights_are_both_asked_for(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com", groups=("blocked", "our-own"))
    platform.add_account("bert@example.com", groups=("blocked",))
    rows = Page(browser.get("/accounts/?group=blocked&right=our-own")).rows()
    assert [row[0] for row in rows] == ["ada@example.comAda Byron"]
    assert browser.get("/accounts/?right=no such").status_code == 422


def test_a_blocked_account_shows_it_by_word(browser: Client, platform: Platform) -> None:
    blocked_by = SipAccountProperty(name="blocked_by", value="reseller")
    platform.add_account("ada@example.com", groups=("blocked",), properties=(blocked_by,))
    assert "Blocked" in Page(browser.get("/accounts/")).rows()[0][1]
    assert "by the operator" in Page(browser.get("/accounts/")).rows()[0][1]
    record = Page(browser.get("/accounts/ada@example.com/")).text
    assert "Ada can neither call nor be called: the account is blocked by the operator." in record


def test_an_address_that_is_taken_is_refused_beside_its_field(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    platform.add_account("ada@example.com")
    answer = browser.post("/accounts/add/", typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert "ada@example.com is the account of Ada Byron" in page.error_of("username")
    assert page.value_of("email") == "ada@mail.example"


def test_a_typed_password_never_comes_back_in_a_page(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    answer = browser.post("/accounts/add/", typed | {"email": "nobody", "password": "canary-password-1"})
    assert answer.status_code == 422
    assert "canary-password-1" not in answer.content.decode()


def test_an_edit_keeps_groups_properties_and_networks_that_the_form_does_not_show(
    browser: Client, platform: Platform
) -> None:
    platform.add_account(
        "ada@example.com",
        groups=("voicemail", "free-pstn", "our-own-group"),
        properties=(
            SipAccountProperty(name="mobile_number", value="+31612345678"),
            SipAccountProperty(name="web_password", value="kept-secret"),
        ),
        acl=(AclEntry(ip="192.0.2.0", mask=24),),
    )
    data = Page(browser.get("/accounts/ada@example.com/edit/")).form_data()
    assert data["groups"] == ["free-pstn"]
    data |= {"groups": ["anonymous"], "last_name": "Lovelace", "language": "nl"}
    answer = browser.post("/accounts/ada@example.com/edit/", data, follow=True)
    assert "was saved" in Page(answer).text
    stored = platform.account()
    assert stored.last_name == "Lovelace"
    assert set(stored.groups) == {"voicemail", "our-own-group", "anonymous"}
    assert stored.get_property("mobile_number") == "+31612345678"
    assert stored.get_property("web_password") == "kept-secret"
    assert stored.get_property("language") == "nl"
    assert [(entry.ip, entry.mask) for entry in stored.acl] == [("192.0.2.0", 24)]


def test_an_edit_without_a_password_keeps_the_old_one(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    before = platform.account()
    data = Page(browser.get("/accounts/ada@example.com/edit/")).form_data()
    browser.post("/accounts/ada@example.com/edit/", data | {"last_name": "Lovelace"})
    after = platform.account()
    assert (after.last_name, after.ha1) == ("Lovelace", before.ha1)
    data = Page(browser.get("/accounts/ada@example.com/edit/")).form_data()
    browser.post("/accounts/ada@example.com/edit/", data | {"password": "another-good-one"})
    assert platform.account().ha1 != before.ha1


def test_prepaid_and_its_group_go_together(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com", prepaid=True)
    data = Page(browser.get("/accounts/ada@example.com/edit/")).form_data()
    data.pop("prepaid")
    browser.post("/accounts/ada@example.com/edit/", data)
    assert not platform.account().prepaid
    assert "prepaid" not in platform.account().groups


def test_deleting_an_account_takes_a_post(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    assert "Delete ada@example.com?" in Page(browser.get("/accounts/ada@example.com/delete/")).text
    assert platform.ngnpro.sip.get_accounts().total == 1
    answer = browser.post("/accounts/ada@example.com/delete/", follow=True)
    assert "Account ada@example.com was deleted." in Page(answer).text
    assert platform.ngnpro.sip.get_accounts().total == 0


def test_the_delete_page_lists_deleted_records_and_dangling_references(browser: Client, platform: Platform) -> None:
    account = platform.add_account("ada@example.com")
    platform.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=account.id, email="ada@example.com"))
    platform.ngnpro.sip.add_alias(SipAlias(id=SipId.parse("front@example.com"), target=account.id))
    platform.add_number("31208005169", "ada@example.com")
    rates = RatingEntityProfiles(entity=entity_of_account(account.id), profile_weekday="list-1")
    platform.ngnpro.rating.set_entity_profiles(rates)
    page = Page(browser.get("/accounts/ada@example.com/delete/"))
    lost = ("Mailbox, with its messages", "Aliases that point to it", "Rating profiles", "Delete all 4")
    for words in (*lost, "Numbers that point to it"):
        assert words in page.text
    assert browser.post("/accounts/ada@example.com/delete/").status_code == 422
    assert platform.ngnpro.sip.get_accounts().total == 1
    answer = browser.post("/accounts/ada@example.com/delete/", {"name": "ada@example.com"}, follow=True)
    assert "Account ada@example.com was deleted." in Page(answer).text
    assert platform.ngnpro.enum.get_numbers().total == 1


def test_the_page_after_adding_leads_to_a_letter_with_the_password_once(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    page = Page(browser.post("/accounts/add/", typed, follow=True))
    password = str(page.root.get_element_by_id("password").text)
    url = page.links()["Print the letter"]
    assert password in browser.get(url).content.decode()
    assert password not in browser.get(url).content.decode()


def test_every_field_is_edited_and_unknown_groups_and_properties_survive(browser: Client, platform: Platform) -> None:
    odd = SipAccountProperty(name="odd_one", value="7", category="x", permission="r")
    platform.add_account("3120800@example.com", groups=("our-own",), properties=(odd,))
    owner = platform.add_customer()
    values = {
        "first_name": "Augusta",
        "last_name": "King",
        "email": "a.king@mail.example",
        "timezone": "Europe/Paris",
        "language": "nl",
        "owner": str(owner.id),
        "rpid": "31208005169",
        "timeout": "25",
        "call_limit": "4",
        "quickdial_prefix": "3120",
        "region": "nl-amsterdam",
        "groups": ["sms", "trunking"],
        "prepaid": "on",
        "quota": "12",
        "web_password": "another-good-one",
    }
    data = Page(browser.get("/accounts/3120800@example.com/edit/")).form_data() | values
    answer = browser.post("/accounts/3120800@example.com/edit/", data)
    assert answer.status_code == 302
    stored = platform.account("3120800@example.com")
    for name in ("first_name", "last_name", "email", "timezone", "rpid", "quickdial_prefix", "region"):
        assert getattr(stored, name) == values[name]
    assert (stored.owner, stored.timeout, stored.call_limit, stored.quota) == (owner.id, 25, 4, 12)
    assert set(stored.groups) == {"sms", "trunking", "our-own", "prepaid"}
    properties = {entry.name: entry.value for entry in stored.properties}
    web = hashed_password(stored.id, "another-good-one")
    assert properties == {"odd_one": "7", "language": "nl", "web_password": web}


@pytest.mark.parametrize("address", ["nobody@example.com", "nobody", "@", "a@b@example.com", "x/y@example.com"])
@pytest.mark.parametrize("page", ["", "edit/", "delete/", "added/"])
def test_an_account_that_is_not_there_is_a_404(browser: Client, platform: Platform, address: str, page: str) -> None:
    assert browser.get(f"/accounts/{address}/{page}").status_code == 404


def test_usernames_with_every_character_of_rfc_3261_have_a_page(browser: Client, platform: Platform) -> None:
    username = "a-_.!~*'()&=+$,;?/%20z"
    platform.add_account(f"{username}@example.com", email="ada@mail.example")
    page = Page(browser.get("/accounts/"))
    url = page.root.xpath("//a[@class='addr']")[0].get("href")
    assert username in Page(browser.get(url)).text
    assert browser.get(f"{url}edit/").status_code == 200


def test_hostile_names_are_shown_as_text(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com", first_name="<script>alert(1)</script>", last_name='"><img src=x>')
    record = "/accounts/ada@example.com/"
    parts = [f"{record}{part}" for part in ("", "edit/", "delete/", "groups/", "acl/", "passwords/")]
    for page in ("/accounts/", *parts, "/", "/search/?q=ada*"):
        text = browser.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<img" not in text


def test_the_account_information_is_queued_only_when_asked(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    browser.post("/accounts/add/", typed)
    assert not OutboxMessage.objects.exists()
    browser.post("/accounts/add/", typed | {"username": "bob", "send_information": "on"})
    message = OutboxMessage.objects.get()
    assert (message.about, message.recipient) == ("bob@example.com", "ada@mail.example")


def test_a_refused_account_sends_no_mail(browser: Client, platform: Platform, typed: dict[str, Any]) -> None:
    browser.post("/accounts/add/", typed | {"domain": "nowhere.example", "send_information": "on"})
    assert not OutboxMessage.objects.exists()


def test_the_form_starts_with_the_domain_of_the_url(browser: Client, platform: Platform) -> None:
    assert Page(browser.get("/accounts/add/?domain=example.com")).value_of("domain") == "example.com"


def test_values_that_ngnpro_stores_differently_are_pointed_out(
    browser: Client, platform: Platform, typed: dict[str, Any]
) -> None:
    platform.change_answer("addAccount", lambda account: account | {"lastName": "BYRON"})
    answer = browser.post("/accounts/add/", typed | {"email": "Ada@Mail.example"}, follow=True)
    assert platform.account().email == "ada@mail.example"
    text = Page(answer).text
    assert "NGNPro stored Last name as “BYRON”; you had “Byron”." in text
    assert "stored E-mail" not in text  # the portal itself sends its normal form


def test_the_chip_says_in_which_field_the_text_of_the_search_box_was_found(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com", last_name="Byron")
    assert "Username or address: ad" in Page(browser.get("/accounts/?account=ad")).text
    assert "Last name: byr" in Page(browser.get("/accounts/?account=byr")).text


def test_a_search_that_finds_usernames_makes_no_further_calls(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    browser.get("/accounts/?account=ad")
    platform.forget_calls()
    browser.get("/accounts/?account=ad")
    assert platform.calls.count("getAccounts") == 1


def test_the_spreadsheet_and_bulk_actions_have_what_the_list_found_by_name(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com", last_name="Byron")
    platform.add_account("bert@example.com", last_name="Stone")
    sheet = b"".join(browser.get("/accounts/?account=byr&as=csv").streaming_content).decode()
    assert "ada@example.com" in sheet
    assert "bert@example.com" not in sheet
    plan = {"list": "accounts:list", "action": "block", "query": "account=byr", "all": "1"}
    text = Page(browser.post("/jobs/new/", plan, follow=True)).text
    assert "ada@example.com" in text
    assert "bert@example.com" not in text


def test_a_link_to_a_state_keeps_the_other_filters(browser: Client, platform: Platform) -> None:
    page = Page(browser.get("/accounts/?account=ad&size=50&page=2", follow=True))
    links = {link.text: link.get("href") for link in page.root.xpath("//nav[@aria-label='State']/a")}
    assert links["Blocked"] == "?account=ad&size=50&state=blocked"
    assert page.root.xpath("//nav[@aria-label='State']/a[@aria-current]")[0].text == "All"


def test_an_error_of_a_filter_opens_the_other_filters(browser: Client, platform: Platform) -> None:
    page = Page(browser.get("/accounts/?right=Ä"))
    assert page.root.xpath("//details[@open]//*[@id='id_right_error']")


@pytest.mark.parametrize(
    ("user_agent", "model"),
    [
        ("Yealink SIP-T46U 108.86.0.45", "Yealink SIP-T46U"),
        ("snomD785/10.1.169.16", "snomD785"),
        ("Zoiper", "Zoiper"),
        ("3CX", "3CX"),
        ("", ""),
    ],
)
def test_the_list_names_the_model_of_a_phone_without_its_versions(user_agent: str, model: str) -> None:
    assert phone_model(user_agent) == model


def test_a_form_with_errors_says_so_in_its_title_and_links_to_their_fields(
    browser: Client, typed: dict[str, Any]
) -> None:
    page = Page(browser.post("/accounts/add/", {**typed, "email": "not an address"}))
    assert page.root.findtext(".//title").startswith("Error: Add an account")
    assert page.links()["E-mail"] == "#id_email"
    assert page.root.get_element_by_id("id_email") is not None


def test_the_title_of_a_form_names_its_record(browser: Client, platform: Platform) -> None:
    platform.add_account("ada@example.com")
    title = Page(browser.get("/accounts/ada@example.com/edit/")).root.findtext(".//title")
    assert title.startswith("Edit ada@example.com")
