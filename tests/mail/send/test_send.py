"""Account information and logins that a person sends by hand."""

from __future__ import annotations

from django.test import Client

from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.mail.send.services import MOST
from portal.ngnpro.records import SipAccountProperty
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform

URL = "/mail/send/accounts/"
TWO = ["ada@example.com", "bob@other.example"]


def queued() -> list[tuple[str, str]]:
    return sorted(OutboxMessage.objects.values_list("about", "recipient"))


def test_the_preview_lists_the_recipients_and_their_passwords(people: dict[str, Client], world: Platform) -> None:
    world.add_account("cleo@example.com", properties=(SipAccountProperty(name="web_password", value="web-secret"),))
    world.add_account("dora@example.com", email="")
    page = Page(
        people["operator"].get(URL, {"address": [*TWO, "cleo@example.com", "dora@example.com", "no@example.com"]})
    )
    rows = {row[0]: " ".join(row[1:]) for row in page.rows()}
    assert "Left out: it is stored encrypted. The mail says how to set a new one. There is none" in rows[TWO[0]]
    assert rows["cleo@example.com"].endswith("In the mail")
    assert "no valid e-mail address" in rows["dora@example.com"]
    assert rows["no@example.com"] == "This account does not exist."
    assert "Send 3 mails" in page.text
    assert "web-secret" not in page.text
    assert queued() == []


def test_several_are_sent_at_once_and_each_is_in_the_journal(people: dict[str, Client]) -> None:
    answer = people["operator"].post(URL, {"address": [*TWO, "no@example.com"], "send": "yes"}, follow=True)
    assert "2 mails are on their way." in answer.content.decode()
    assert queued() == [(address, address) for address in TWO]
    assert JournalEntry.objects.filter(operation="sendAccountInformation").count() == 2


def test_a_list_of_chosen_accounts_is_shown_before_it_is_sent(people: dict[str, Client]) -> None:
    assert "Send 2 mails" in Page(people["operator"].post(URL, {"address": TWO})).text
    assert queued() == []


def test_mails_about_foreign_accounts_cannot_be_sent(people: dict[str, Client]) -> None:
    page = Page(people["reseller"].get(URL, {"address": TWO}))
    assert page.rows()[1][1] == "This account does not exist."
    people["reseller"].post(URL, {"address": TWO, "send": "yes"})
    assert queued() == [(TWO[0], TWO[0])]


def test_read_only_operators_see_the_page_and_send_no_mail(people: dict[str, Client]) -> None:
    assert people["read-only operator"].get(URL, {"address": TWO}).status_code == 200
    assert people["read-only operator"].post(URL, {"address": TWO, "send": "yes"}).status_code == 403
    assert queued() == []


def test_during_an_outage_nothing_is_sent(people: dict[str, Client], world: Platform) -> None:
    world.cut()
    assert people["operator"].post(URL, {"address": TWO, "send": "yes"}).status_code == 503
    assert queued() == []


def test_text_of_records_and_addresses_is_escaped(people: dict[str, Client]) -> None:
    html = people["operator"].get(URL, {"address": "<b>x</b>@example.com"}).content.decode()
    assert "<b>x</b>" not in html


def test_the_page_says_if_too_many_accounts_are_selected(people: dict[str, Client]) -> None:
    addresses = [f"user{number}@example.com" for number in range(MOST + 1)]
    assert f"Only the first {MOST} are here" in Page(people["operator"].get(URL, {"address": addresses})).text
    assert "are here" not in Page(people["operator"].get(URL, {"address": addresses[:-1]})).text


def test_a_customer_gets_their_login_by_mail_and_it_is_stored_nowhere_else(
    people: dict[str, Client], world: Platform
) -> None:
    page = Page(people["reseller"].get("/mail/send/customer/2/"))
    assert "harbour@example.com" in page.text
    assert CUSTOMER["password"] not in page.text
    answer = people["reseller"].post("/mail/send/customer/2/")
    assert answer.status_code == 302
    row = OutboxMessage.objects.values().get()
    assert (row["kind"], row["about"], row["recipient"]) == ("customer-login", "2", "harbour@example.com")
    assert CUSTOMER["password"] not in str(row)


def test_a_foreign_customers_login_is_not_there(people: dict[str, Client]) -> None:
    assert people["reseller"].post("/mail/send/customer/4/").status_code == 404
    assert queued() == []


def test_the_list_the_record_and_the_customer_lead_to_what_can_be_sent(people: dict[str, Client]) -> None:
    page = Page(people["reseller"].get("/accounts/"))
    named = page.root.xpath("//form[.//button[@formaction='/mail/send/accounts/']]//input[@name='address']/@value")
    assert named == ["ada@example.com"]
    record = Page(people["reseller"].get("/accounts/ada@example.com/")).links()
    assert record["Send details"] == "/mail/send/accounts/?address=ada%40example.com"
    assert Page(people["reseller"].get("/customers/2/")).links()["Send details"] == "/mail/send/customer/2/"
    assert "Send details" not in Page(people["subscriber"].get("/accounts/ada@example.com/")).links()
