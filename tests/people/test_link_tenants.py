"""Forgotten passwords of one e-mail address at several resellers: one mail for each, with their own people's links."""

from __future__ import annotations

import pytest
from django.core import mail

from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.mail.text.models import MailTemplate
from portal.ngnpro.records import CustomerProperty
from portal.people import tasks
from portal.people.models import OneUseLink
from portal.people.operators.models import Operator
from portal.people.password_reset import services
from tests.support.portal import Platform

SHARED = "ada@example.com"


@pytest.fixture
def shared(world: Platform, operator: Operator) -> Platform:
    """A platform where an operator and users of both resellers have the same e-mail address."""
    Operator.objects.update(email=SHARED)
    world.add_account("eve@other.example", email=SHARED)
    for reseller, name in ((1, "Meridian Telecom"), (3, "Lindenfunk GmbH")):
        world.ngnpro.customers.set_properties(reseller, [CustomerProperty(name="support_company", value=name)])
    return world


def ask_and_deliver() -> list[str]:
    """Request links for the shared address, deliver them as the worker does, and return the texts of the mails."""
    assert services.request_password_link(SHARED, "192.0.2.1")
    for pk in services.pending_requests():
        tasks.answer_link_request(pk)
    for message in OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED).order_by("created_at"):
        deliver_mail(str(message.pk))
    return [f"{sent.from_email} {sent.subject} {sent.body}" for sent in mail.outbox]


def test_each_reseller_and_the_platform_send_a_mail_with_their_own_links(shared: Platform) -> None:
    texts = ask_and_deliver()
    assert len(texts) == 3
    # each mail counts towards its reseller's quota
    assert sorted(OutboxMessage.objects.values_list("reseller", flat=True)) == [0, 1, 3]
    for owner, login in (("Meridian Telecom", SHARED), ("Lindenfunk GmbH", "eve@other.example"), ("", "ines")):
        (text,) = [text for text in texts if f"    {login} (" in text]
        assert text.count("/session/password/link/") == 1
        assert [name for name in ("Meridian Telecom", "Lindenfunk GmbH") if name in text] == ([owner] if owner else [])


def test_no_template_of_a_reseller_gets_at_the_links_of_another(shared: Platform) -> None:
    MailTemplate.objects.create(
        engine=shared.ngnpro.gate.engine.name,
        reseller=3,
        kind="forgotten-password",
        subject="From Lindenfunk",
        text="Ask Lindenfunk.",
    )
    worded = [text for text in ask_and_deliver() if "Lindenfunk" in text]
    assert len(worded) == 1
    assert SHARED + " (" not in worded[0]
    assert "ines (" not in worded[0]


def test_one_tenant_does_not_use_up_the_share_of_another(shared: Platform) -> None:
    for number in range(services.PER_RECIPIENT + 2):
        OneUseLink.objects.create(
            role="subscriber",
            subject="eve@other.example",
            login=str(number),
            engine=shared.ngnpro.gate.engine.name,
            reseller=3,
            recipient=SHARED,
        )
    texts = ask_and_deliver()
    assert len(texts) == 2
    assert not [text for text in texts if "eve@other.example" in text]


def test_an_account_that_moved_to_another_reseller_meanwhile_gets_no_link_in_the_old_words(shared: Platform) -> None:
    assert services.request_password_link(SHARED, "192.0.2.1")
    for pk in services.pending_requests():
        tasks.answer_link_request(pk)
    OneUseLink.objects.filter(login=SHARED).update(reseller=3)
    for message in OutboxMessage.objects.all():
        deliver_mail(str(message.pk))
    assert not [sent for sent in mail.outbox if f"    {SHARED} (" in str(sent.body)]
    assert OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED).count() == 1


def test_requests_of_one_tenant_do_not_use_up_the_links_of_another(shared: Platform) -> None:
    for number in range(12):
        shared.add_account(f"many{number:02d}@example.com", email=SHARED)
    texts = ask_and_deliver()
    assert [text for text in texts if "    eve@other.example (" in text]
    assert len(texts) == 3
