"""Letters: the same text as the mail, as a page and as PDF; the password is included only while it is available."""

from __future__ import annotations

import contextlib
import gc
import io
import warnings
from typing import Any

import pytest
from django.test import Client, RequestFactory
from pypdf import PdfReader

from portal.journal.models import JournalEntry
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.letters import paper, services
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text import blocks
from portal.mail.text.composing import compose_mail
from portal.mail.text.models import MailBrand
from portal.ngnpro.records import SipAccountProperty
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.pictures import picture
from tests.support.portal import PASSWORD, Platform, signed_in

PAGE, PDF = "/mail/letters/", "/mail/letters/pdf/"
ADA = {"address": "ada@example.com"}
SECRET = "canary-of-the-phone"


def offer(browser: Client, address: str = "ada@example.com") -> None:
    """Store a new account's password for its letter, as the page that adds accounts does."""
    session = browser.session
    request = RequestFactory().get("/")
    request.session = session
    services.offer_letter(request, address, SECRET)
    session.save()


@pytest.mark.parametrize("language", ["en", "nl", "de", "es", "ro"])
def test_the_letter_says_what_the_mail_says(platform: Platform, language: str) -> None:
    platform.add_domain("example.com")
    speaks = SipAccountProperty(name="language", value=language)
    account = platform.add_account("ada@example.com", properties=(speaks,))
    mail = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    letter = services.write_letter(account, "")
    assert letter.body == tuple(blocks.parse_blocks(str(mail.body)))
    assert letter.subject == mail.subject
    assert paper.to_pdf([letter]).startswith(b"%PDF")


def test_later_the_letter_is_without_the_password(people: dict[str, Client]) -> None:
    page = Page(people["operator"].get(PAGE, ADA))
    assert "ada@example.com" in page.text
    assert "set a new one, which" in page.text
    assert "a-secret-of-ada" not in page.text
    assert JournalEntry.objects.filter(operation="printLetter").count() == 1


def test_at_creation_the_password_is_on_the_page_once(people: dict[str, Client]) -> None:
    browser = people["operator"]
    offer(browser)
    answer = browser.get(PAGE, ADA)
    assert SECRET in Page(answer).text
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET not in Page(browser.get(PAGE, ADA)).text


def text_of(answer: Any) -> str:
    """Return the text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_at_creation_the_password_is_in_the_pdf_once(people: dict[str, Client]) -> None:
    browser = people["operator"]
    offer(browser)
    answer = browser.get(PDF, ADA)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ada-at-example.com.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET in text_of(answer)
    assert "ada@example.com" in text_of(browser.get(PDF, ADA))
    assert SECRET not in text_of(browser.get(PDF, ADA))


def test_a_batch_has_a_sheet_for_each(people: dict[str, Client]) -> None:
    answer = people["operator"].post(PDF, {"address": ["ada@example.com", "bob@other.example"]})
    assert answer.content.count(b"/Type /Page\n") == 2
    page = Page(people["operator"].post(PAGE, {"address": ["ada@example.com", "bob@other.example"]}))
    assert len(page.root.xpath("//article")) == 2


def test_letters_of_others_are_not_there(people: dict[str, Client]) -> None:
    for url in (PAGE, PDF):
        assert people["reseller"].get(url, {"address": "bob@other.example"}).status_code == 404
        assert people["reseller"].get(url, {"address": ["ada@example.com", "bob@other.example"]}).status_code == 404
        assert people["operator"].get(url, {"address": "nonsense"}).status_code == 404


def test_viewers_who_may_not_see_passwords_see_dots(world: Platform, operator: Operator) -> None:
    Operator.objects.create_user("blind", PASSWORD, may_see_passwords=False)
    web = SipAccountProperty(name="web_password", value="web-secret")
    world.add_account("cleo@example.com", properties=(web,))
    page = Page(signed_in("blind", PASSWORD).get(PAGE, {"address": "cleo@example.com"}))
    assert "web-secret" not in page.text
    assert "••••" in page.text


def test_signs_that_the_typeface_lacks_are_named_and_the_page_has_them(
    people: dict[str, Client], world: Platform
) -> None:
    world.add_account("cleo@example.com", first_name="शिव")
    answer = people["operator"].get(PDF, {"address": "cleo@example.com"})
    assert answer.status_code == 422
    page = Page(answer)
    assert "The PDF's typeface lacks: व श ि" in page.text
    assert "शिव" in page.text


def test_another_typeface_can_be_named_for_what_ours_lacks(platform: Platform, settings: Any) -> None:
    from fpdf import FPDF

    settings.LETTER_FONT = str(paper.FONTS / "SourceSansPro-Light.ttf")
    pdf = FPDF()
    paper.add_fonts(pdf)
    assert [font.name for font in pdf.fonts.values()][-1].startswith("SourceSansProLight")
    for font in pdf.fonts.values():
        font.close()


@pytest.mark.parametrize("name", ["Ada", "शिव"])
def test_no_file_of_a_typeface_stays_open(platform: Platform, name: str) -> None:
    platform.add_domain("example.com")
    letter = services.write_letter(platform.add_account("ada@example.com", first_name=name), "")
    with warnings.catch_warnings(record=True) as caught, contextlib.suppress(paper.Unprintable):
        warnings.simplefilter("always")
        paper.to_pdf([letter])
        gc.collect()
    assert not [warning for warning in caught if ".ttf" in str(warning.message)]


def test_during_an_outage_there_is_no_letter(people: dict[str, Client], world: Platform) -> None:
    world.cut()
    assert people["operator"].get(PDF, ADA).status_code == 503


@pytest.fixture
def added(browser: Client, platform: Platform) -> Page:
    """The page after an account was added, on a platform that stores passwords encrypted."""
    platform.add_domain("example.com")
    typed = {"username": "ada", "domain": "example.com", "first_name": "Ada", "last_name": "Byron"}
    more = {"email": "ada@mail.example", "timezone": "Europe/London", "send_information": "on", "password": SECRET}
    answer = browser.post("/accounts/add/", typed | more, follow=True)
    assert answer.redirect_chain, Page(answer).text
    return Page(answer)


def test_the_operator_prints_the_letter_that_is_offered_once(added: Page, browser: Client) -> None:
    assert "Pass on this SIP password now: it cannot be shown again." in added.text
    assert SECRET in Page(browser.get(added.links()["Print the letter"])).text
    assert browser.get(added.links()["Letter as PDF"]).headers["Content-Type"] == "application/pdf"
    assert "Pass on this SIP password" not in Page(browser.get("/accounts/ada@example.com/added/")).text


def test_the_mail_at_creation_has_the_password_and_one_that_is_sent_later_has_not(added: Page, browser: Client) -> None:
    first = OutboxMessage.objects.get()
    assert SECRET in str(compose_mail(first).body)
    assert SECRET not in str(list(OutboxMessage.objects.values()))
    browser.post("/mail/send/accounts/", {"address": "ada@example.com", "send": "yes"})
    later = OutboxMessage.objects.exclude(pk=first.pk).get()
    assert SECRET not in str(compose_mail(later).body)


def test_the_logo_is_on_the_page_and_in_the_pdf(people: dict[str, Client], world: Platform) -> None:
    plain = people["operator"].get(PDF, ADA).content
    MailBrand.objects.create(engine=world.ngnpro.gate.engine.name, reseller=1, colour="#aa3300", logo=picture("PNG"))
    answer = people["operator"].get(PAGE, ADA)
    assert Page(answer).root.xpath("//article//img/@src")[0].startswith("data:image/png;base64,")
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]
    assert b"/Subtype /Image" not in plain
    assert b"/Subtype /Image" in people["operator"].get(PDF, ADA).content


@pytest.mark.parametrize("address", ["%0b@x", "nobody", "@x", "%00@example.com"])
@pytest.mark.parametrize("page", [PAGE, PDF])
def test_an_invalid_address_has_no_letter(people: dict[str, Client], page: str, address: str) -> None:
    for browser in (people["operator"], people["reseller"]):
        for answer in (browser.get(f"{page}?address={address}"), browser.post(f"{page}?address={address}")):
            assert 400 <= answer.status_code < 500
