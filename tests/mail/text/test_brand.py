"""The brand of mails: name, sender, reply address, colour and logo, and that they cannot inject headers."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from django.utils import timezone

from portal.core.normal_forms import address_for_mail
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox.services import queue_mail
from portal.mail.text.brand import brand_of, display_name
from portal.mail.text.composing import compose_mail
from portal.mail.text.models import MailBrand, SenderDomain
from portal.ngnpro.records import CustomerProperty
from tests.support.pictures import picture
from tests.support.portal import Platform


def brand(world: Platform, **values: str) -> None:
    """Set these properties of the first reseller."""
    properties = [CustomerProperty(name=name, value=value) for name, value in values.items()]
    world.ngnpro.customers.set_properties(1, properties)


def composed(kind: str = "account-information") -> Any:
    return compose_mail(queue_mail(kind, "ada@example.com", "ada@mail.example", reseller=0))


@pytest.fixture
def verified(world: Platform, settings: Any) -> None:
    """Give the first reseller a verified sender domain."""
    settings.MAIL_SENDER_DOMAINS = 1
    engine, domain = world.ngnpro.gate.engine.name, "meridian.example"
    SenderDomain.objects.create(engine=engine, reseller=1, domain=domain, slot=0, verified_at=timezone.now())


def test_mails_come_from_the_support_address_and_name_of_the_reseller(world: Platform, verified: None) -> None:
    brand(world, support_company="Meridian Telecom", support_email="help@meridian.example")
    mail = composed()
    assert mail.from_email == "Meridian Telecom <help@meridian.example>"
    assert mail.reply_to == []


def test_answers_about_money_go_to_billing(world: Platform) -> None:
    brand(world, support_email="help@meridian.example", billing_email="bills@meridian.example")
    assert composed("balance-changed").reply_to == ["bills@meridian.example"]


def test_answers_reach_the_reseller_if_only_the_portals_sender_may_be_used(world: Platform, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Portal <noreply@portal.example>"
    brand(world, support_company="Meridian Telecom", support_email="help@meridian.example")
    mail = composed()
    assert mail.from_email == "Meridian Telecom <noreply@portal.example>"
    assert mail.reply_to == ["help@meridian.example"]


def test_without_properties_the_portal_writes_under_the_resellers_name(world: Platform, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Portal <noreply@portal.example>"
    assert composed().from_email == "Meridian <noreply@portal.example>"


@pytest.mark.parametrize(
    "address",
    [
        "x@y.example\nBcc: all@y.example",
        "x@y.example, z@y.example",
        "no-address",
        "x@y.example\x00",
        "é@y.example",
    ],
)
def test_an_invalid_address_is_in_no_header(address: str) -> None:
    assert address_for_mail(address) == ""


def test_a_name_has_one_visible_line() -> None:
    assert display_name("Meri\r\nBcc: x@y.example\u202e\x00 dian ") == "Meri Bcc: x@y.example dian"
    assert len(display_name("x" * 1000)) == 100


@pytest.mark.parametrize("name", ['"; Bcc: x@y.example', "A <x@y.example>,", "Ünïcode, GmbH", "a" * 300])
def test_no_name_becomes_another_header_or_recipient(world: Platform, verified: None, name: str) -> None:
    brand(world, support_company=name, support_email="help@meridian.example")
    parsed = BytesParser(policy=policy.default).parsebytes(composed().message().as_bytes())
    assert [sender.addr_spec for sender in parsed["From"].addresses] == ["help@meridian.example"]
    assert [reader.addr_spec for reader in parsed["To"].addresses] == ["ada@mail.example"]
    assert parsed["Bcc"] is None


def test_the_logo_is_in_the_mail_and_its_colour_too(world: Platform) -> None:
    logo = picture("PNG")
    engine = world.ngnpro.gate.engine.name
    MailBrand.objects.create(engine=engine, reseller=1, colour="#aa3300", logo=logo)
    mail = compose_mail(queue_account_information("ada@example.com", "ada@mail.example", reseller=0))
    parsed: Any = BytesParser(policy=policy.default).parsebytes(mail.message().as_bytes())
    assert parsed.get_content_type() == "multipart/related"
    image = next(part for part in parsed.walk() if part.get_content_type() == "image/png")
    html = parsed.get_body(("html",)).get_content()
    assert f'src="cid:{image["Content-ID"].strip("<>")}"' in html
    assert "#aa3300" in html
    assert image.get_content() == logo
    assert parsed.get_body(("plain",)).get_content().startswith("Hello Ada,")
    other = compose_mail(queue_account_information("bob@other.example", "bob@mail.example", reseller=0))
    assert "image/png" not in other.message().as_string()


def test_a_reseller_without_a_brand_has_the_platforms(world: Platform) -> None:
    MailBrand.objects.create(colour="#123456")
    assert "#123456" in str(composed().alternatives[0].content)


def test_a_deleted_reseller_stops_no_mail(world: Platform) -> None:
    brand_of_nobody = brand_of("", 4711)
    assert (brand_of_nobody.company, brand_of_nobody.support) == ("", "")


def test_a_mail_has_text_and_html_and_belongs_to_no_list(world: Platform) -> None:
    parsed: Any = BytesParser(policy=policy.default).parsebytes(composed().message().as_bytes())
    assert parsed.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert [name for name in parsed if name.lower().startswith(("list-", "precedence", "bcc"))] == []
    assert parsed["Content-Language"] == "en"
