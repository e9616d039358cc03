"""Templates that operators and resellers write: the editor, the preview, which template applies, and the mails sent."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox import tasks
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.services import queue_mail
from portal.mail.registry import mail_kinds
from portal.mail.templates.pictures import InvalidPicture, to_png
from portal.mail.text.composing import compose_mail
from portal.mail.text.models import MailBrand, MailChoice, MailTemplate
from portal.ngnpro.records import SipAccountProperty
from portal.people.operators.models import Operator
from tests.support.pages import Page, fill
from tests.support.pictures import picture
from tests.support.portal import Platform
from tests.support.room_cases import ConflictCases

LIST, PAGE, BRAND = "/mail/templates/", "/mail/templates/account-information/", "/mail/templates/brand/"
OWN = {"subject": "Welcome, {{ name }}", "text": "Dear {{ name }},\n\n    Address: {{ address }}\n", "html": ""}


def template(subject: str, language: str = "", reseller: int = 0, engine: str = "", text: str = "x") -> MailTemplate:
    return MailTemplate.objects.create(
        kind="account-information", language=language, reseller=reseller, engine=engine, subject=subject, text=text
    )


def subject_for(address: str = "ada@example.com") -> str:
    return str(compose_mail(queue_account_information(address, "a@mail.example", reseller=0)).subject)


@pytest.mark.usefixtures("world")
class TestEditor(ConflictCases):
    url = LIST
    key = "account-information"
    edit_page = ""
    edited = ("subject", "Hello", "Good morning")
    member = "subject"

    def add_one(self, platform: Platform, number: int) -> None:
        template("Welcome")

    def find(self, platform: Platform) -> MailTemplate | None:
        return MailTemplate.objects.first()

    def values(self, record: MailTemplate) -> dict[str, str]:
        return {"subject": record.subject, "text": record.text, "html": record.html}

    def open_form(self, browser: Client) -> dict[str, Any]:
        return super().open_form(browser) | {"account": "ada@example.com"}


def speak(world: Platform, language: str) -> None:
    from dataclasses import replace

    speaks = SipAccountProperty(name="language", value=language)
    world.ngnpro.sip.update_account(replace(world.account(), properties=(speaks,)))


def test_the_nearest_template_counts(world: Platform) -> None:
    engine = world.ngnpro.gate.engine.name
    speak(world, "de")
    assert subject_for() == "Ihr SIP-Konto ada@example.com"
    template("of the platform")
    assert subject_for() == "of the platform"
    template("of the platform, in German", "de")
    assert subject_for() == "of the platform, in German"
    template("of the reseller", reseller=1, engine=engine)
    assert subject_for() == "of the reseller"
    template("of the reseller, in German", "de", reseller=1, engine=engine)
    template("of the reseller, in Dutch", "nl", reseller=1, engine=engine)
    assert subject_for() == "of the reseller, in German"
    assert subject_for("bob@other.example") == "of the platform"


def test_the_same_reseller_number_on_another_server_is_another_reseller(world: Platform) -> None:
    template("of somebody else", reseller=1, engine="another server")
    assert subject_for() == "Your SIP account ada@example.com"


def test_a_reseller_edits_only_the_templates_of_their_users(people: dict[str, Client]) -> None:
    answer = fill(people["reseller"], PAGE, OWN | {"account": ""})
    assert "The template was saved." in answer.content.decode()
    assert subject_for() == "Welcome, Ada"
    assert subject_for("bob@other.example") == "Your SIP account bob@other.example"
    assert MailTemplate.objects.get().changed_by == "meridian"
    assert "Your own: all languages" in Page(people["reseller"].get(LIST)).text
    assert "Your own" not in Page(people["another reseller"].get(LIST)).text


def test_an_operator_edits_templates_of_the_platform_and_those_of_a_reseller_while_acting_for_them(
    people: dict[str, Client],
) -> None:
    operator = people["operator"]
    fill(operator, f"{PAGE}?language=nl", OWN)
    assert MailTemplate.objects.get().language == "nl"
    assert MailTemplate.objects.get().reseller == 0
    operator.post("/session/act/", {"customer": "1"})
    assert operator.post(PAGE, OWN).status_code == 403
    operator.post("/session/act/change/")
    fill(operator, PAGE, OWN)
    assert sorted(MailTemplate.objects.values_list("reseller", "language")) == [(0, "nl"), (1, "")]


def test_the_editor_starts_with_our_own_words_in_the_language(people: dict[str, Client]) -> None:
    page = Page(people["reseller"].get(f"{PAGE}?language=nl"))
    assert page.value_of("subject") == "Uw SIP-account {{ address }}"
    assert "{% if name %}Beste {{ name }}," in page.value_of("text")
    assert "{{ web_password }}" in page.text


def test_the_words_that_the_editor_starts_with_say_the_same_when_they_are_saved(people: dict[str, Client]) -> None:
    before = compose_mail(queue_account_information("ada@example.com", "a@mail.example", reseller=0))
    page = Page(people["reseller"].get(PAGE))
    people["reseller"].post(PAGE, page.form_data())
    after = compose_mail(queue_account_information("ada@example.com", "a@mail.example", reseller=0))
    assert MailTemplate.objects.count() == 1
    assert (after.subject, after.body) == (before.subject, before.body)


def test_a_preview_shows_a_real_account_without_its_secrets(people: dict[str, Client], world: Platform) -> None:
    web = SipAccountProperty(name="web_password", value="web-secret")
    world.add_account("cleo@example.com", first_name="Cleo", properties=(web,))
    typed = {"subject": "S {{ name }}", "text": "W {{ web_password }}", "account": "cleo@example.com", "preview": "yes"}
    text = Page(people["reseller"].post(PAGE, Page(people["reseller"].get(PAGE)).form_data() | typed)).text
    assert "S Cleo" in text
    assert "W ••••••••" in text
    assert "web-secret" not in text
    assert MailTemplate.objects.count() == 0


def test_a_preview_of_a_foreign_account_is_refused(people: dict[str, Client]) -> None:
    answer = fill(people["reseller"], PAGE, OWN | {"account": "bob@other.example", "preview": "yes"})
    assert answer.status_code == 422
    assert Page(answer).error_of("account")
    assert "Bob" not in Page(answer).text


@pytest.mark.parametrize("name", [kind for kind in mail_kinds() if kind != "balance-changed"])
def test_every_kind_has_a_preview_and_a_test(people: dict[str, Client], name: str) -> None:
    url = f"/mail/templates/{name}/"
    page = Page(people["operator"].get(url))
    parts = ("subject", "text") if mail_kinds()[name].holds_link else ("subject", "text", "html")
    typed = {part: page.value_of(part) for part in parts}
    answer = fill(people["operator"], url, typed | {"account": "ada@example.com", "preview": "yes"})
    assert answer.status_code == 200, Page(answer).text
    Operator.objects.filter(username="ines").update(email="ines@mail.example")
    people["operator"].post(f"{url}test/", {"account": "ada@example.com"})
    tasks.deliver_mail(str(OutboxMessage.objects.get().pk))
    assert mail.outbox[0].to == ["ines@mail.example"], OutboxMessage.objects.get().error


def test_errors_are_explained_beside_their_line(people: dict[str, Client]) -> None:
    typed = {"subject": "fine", "text": "one\ntwo {% include 'x' %}\nthree", "html": "{{ name.upper }}"}
    answer = people["reseller"].post(PAGE, typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert page.error_of("text").startswith("Line 2: The tag “include” cannot be used here")
    assert "two {% include 'x' %}" in page.error_of("text")
    assert "Line 1: “name” does not have this part" in page.error_of("html")
    assert page.value_of("text").replace("\r", "") == typed["text"]
    assert MailTemplate.objects.count() == 0


def test_a_template_that_broke_later_stops_no_mail(world: Platform) -> None:
    template("ok", text="{{ gone_since }}")
    message = queue_account_information("ada@example.com", "a@mail.example", reseller=0)
    assert compose_mail(message).subject == "Your SIP account ada@example.com"
    message.refresh_from_db()
    assert "the platform's template is broken: There is no variable “gone_since” here." in message.note
    MailTemplate.objects.update(text="fine")
    assert compose_mail(message).subject == "ok"
    message.refresh_from_db()
    assert message.note == ""


def test_the_outbox_says_that_a_template_is_broken(people: dict[str, Client], world: Platform) -> None:
    template("{% x %}")
    message = queue_account_information("ada@example.com", "a@mail.example", reseller=0)
    tasks.deliver_mail(str(message.pk))
    assert "own wording was used" in Page(people["operator"].get("/mail/outbox/")).text


def test_deleting_a_template_restores_the_usual_text(people: dict[str, Client]) -> None:
    fill(people["reseller"], PAGE, OWN)
    people["reseller"].post(PAGE, {"reset": "yes"})
    assert MailTemplate.objects.count() == 0
    assert subject_for() == "Your SIP account ada@example.com"


def test_html_of_a_reseller_is_used_and_values_in_it_are_escaped(people: dict[str, Client], world: Platform) -> None:
    world.add_account("cleo@example.com", first_name="<b>Cleo</b>")
    fill(people["reseller"], PAGE, OWN | {"html": "<i>{{ name }}</i>"})
    html = str(
        compose_mail(queue_account_information("cleo@example.com", "a@mail.example", reseller=0))
        .alternatives[0]
        .content
    )
    assert html == "<i>&lt;b&gt;Cleo&lt;/b&gt;</i>"


def test_the_html_preview_is_sandboxed(people: dict[str, Client]) -> None:
    MailBrand.objects.create(logo=picture("PNG"))
    typed = OWN | {"html": "<script>alert(1)</script><img src='{{ logo }}'>", "account": "ada@example.com"}
    answer = people["operator"].post(f"{PAGE}look/", typed)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox;")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "data:image/png;base64," in answer.content.decode()
    broken = people["operator"].post(f"{PAGE}look/", {**typed, "text": "{% x %}"})
    assert broken.status_code == 422


def test_a_test_mail_goes_to_the_viewer_with_dots_for_secrets(people: dict[str, Client], world: Platform) -> None:
    web = SipAccountProperty(name="web_password", value="web-secret")
    world.add_account("cleo@example.com", properties=(web,))
    fill(people["reseller"], PAGE, OWN | {"text": "{{ address }} {{ web_password }}"})
    people["reseller"].post(f"{PAGE}test/", {"account": "cleo@example.com"})
    message = OutboxMessage.objects.get()
    assert message.recipient == "meridian@example.com"
    assert str(compose_mail(message).body) == "cleo@example.com ••••••••\n"


def test_a_test_mail_needs_a_visible_account_and_an_address(people: dict[str, Client]) -> None:
    for account in ("", "nonsense", "bob@other.example"):
        answer = people["reseller"].post(f"{PAGE}test/", {"account": account}, follow=True)
        assert "Enter an account for the test" in answer.content.decode()
    answer = people["operator"].post(f"{PAGE}test/", {"account": "ada@example.com"}, follow=True)
    assert "You have no valid e-mail address" in answer.content.decode()
    assert OutboxMessage.objects.count() == 0


def test_read_only_operators_change_no_template(people: dict[str, Client]) -> None:
    looker = people["read-only operator"]
    for url, typed in ((PAGE, OWN), (f"{PAGE}test/", {}), (f"{PAGE}choose/", {"wish": "no"}), (BRAND, {})):
        assert looker.post(url, typed).status_code == 403
    assert MailTemplate.objects.count() == 0


def test_each_reseller_chooses_which_mails_are_sent(people: dict[str, Client]) -> None:
    url = "/mail/templates/account-changed/choose/"
    people["reseller"].post(url, {"wish": "no"})
    assert MailChoice.objects.get().reseller == 1
    rows = {row[0]: row for row in Page(people["reseller"].get(LIST)).rows()}
    assert rows["Account changed"][2] == "No"
    rows = {row[0]: row for row in Page(people["another reseller"].get(LIST)).rows()}
    assert rows["Account changed"][2] == "Yes"
    people["reseller"].post(url, {"wish": "usual"})
    assert MailChoice.objects.count() == 0
    assert people["reseller"].post("/mail/templates/account-information/choose/", {"wish": "no"}).status_code == 404


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_logo_is_re_encoded_and_scaled_down(people: dict[str, Client], form: str) -> None:
    upload = SimpleUploadedFile("logo.any", picture(form) + b"<script>hidden</script>", "text/html")
    answer = people["reseller"].post(BRAND, {"colour": "#AA3300", "logo": upload})
    assert answer.status_code == 302, Page(answer).text
    row = MailBrand.objects.get()
    assert (row.reseller, row.colour) == (1, "#aa3300")
    logo = bytes(row.logo)
    assert b"hidden" not in logo
    with Image.open(BytesIO(logo)) as kept:
        assert (kept.format, kept.size) == ("PNG", (480, 80))
    assert people["reseller"].get(f"{BRAND}logo/").content == logo
    assert people["another reseller"].get(f"{BRAND}logo/").status_code == 404
    people["reseller"].post(BRAND, {"colour": "", "remove_logo": "on"})
    assert bytes(MailBrand.objects.get().logo) == b""


def bomb() -> bytes:
    """Return a PNG of few bytes that declares a very large size."""
    import struct

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\nbroken",
        picture("PNG")[:60],
        picture("BMP"),
        bomb(),
        picture("PNG") + b"x" * 600_000,
    ],
    ids=["empty", "text", "svg", "broken", "cut", "bmp", "bomb", "large"],
)
def test_a_file_that_is_not_a_small_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidPicture):
        to_png(SimpleUploadedFile("logo.png", content, "image/png"))


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g", "#123456;background:url(x)", "#123456\n"])
def test_a_colour_is_six_digits(people: dict[str, Client], colour: str) -> None:
    answer = people["reseller"].post(BRAND, {"colour": colour})
    if colour.strip() == "#123456":
        assert MailBrand.objects.get().colour == "#123456"
    else:
        assert answer.status_code == 422
        assert "six digits" in Page(answer).error_of("colour")


def test_an_unknown_kind_of_mail_is_a_404(people: dict[str, Client]) -> None:
    assert people["operator"].get("/mail/templates/nothing/").status_code == 404


def test_mails_to_operators_are_not_a_resellers(people: dict[str, Client]) -> None:
    assert "Invitation of an operator" in Page(people["operator"].get(LIST)).text
    assert "Invitation of an operator" not in Page(people["reseller"].get(LIST)).text
    assert people["reseller"].get("/mail/templates/invitation/").status_code == 404


def test_other_kinds_use_templates_too(world: Platform) -> None:
    MailTemplate.objects.create(
        kind="account-changed", subject="C", text="{% for field in fields %}{{ field }};{% endfor %}"
    )
    facts: dict[str, Any] = {"fields": ["email", "quota"]}
    written = compose_mail(queue_mail("account-changed", "ada@example.com", "a@mail.example", facts=facts, reseller=0))
    assert str(written.body).strip() == "E-mail address;Monthly quota;"


def test_the_box_that_removes_the_logo_is_before_its_label(people: dict[str, Client]) -> None:
    (box,) = Page(people["reseller"].get(BRAND)).root.xpath("//input[@type='checkbox']")
    assert box.getparent().get("class") == "form-check"
    assert box.getnext().tag == "label"
