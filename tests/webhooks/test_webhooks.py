"""Webhooks: who is told of what, what is sent, and that nothing is lost and nothing told twice."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from ngnpro_server.store import accounts, alarms
from ngnpro_server.store.engine import transaction
from portal.core import events, servers
from portal.journal.models import JournalAuthor, JournalEntry
from portal.mail.outbox import delivery as outbox
from portal.mail.outbox.services import queue_mail
from portal.ngnpro.records import SipId
from portal.watch.tasks import tell_of_alarms
from portal.webhooks import delivery, posting, services, tasks
from portal.webhooks.choices import CHOOSABLE, State
from portal.webhooks.models import Webhook, WebhookMessage
from portal.webhooks.telling import tell_of_writes
from tests.support.pages import Page, fill
from tests.support.portal import CUSTOMER, PASSWORD, Platform

from .conftest import Receiver

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("may_lead_here")]
EVENTS = [value for value, _label in CHOOSABLE]
SECRET = CUSTOMER["password"]


def add_webhook(browser: Client, url: str, password: str = PASSWORD, **values: Any) -> tuple[Webhook, str]:
    """Add a webhook on the page; return it with its secret."""
    known = set(Webhook.objects.values_list("pk", flat=True))
    typed = {"name": "CRM", "url": url, "events": EVENTS, "current_password": password, **values}
    answer = browser.post("/webhooks/add/", typed, follow=True)
    assert answer.status_code == 200, Page(answer).text
    [webhook] = Webhook.objects.exclude(pk__in=known)
    return webhook, str(Page(answer).root.xpath("//*[@id='secret']")[0].text)


def send_all() -> None:
    """Send what waits, whatever its pause."""
    now = timezone.now()
    WebhookMessage.objects.filter(state=State.WAITING).update(due_at=now)
    Webhook.objects.update(rest_until=now, claimed_until=now)
    for pk in delivery.due_webhooks(timezone.now()):
        tasks.send_messages(str(pk))


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in receiver.received]


def rename(browser: Client, address: str = "ada@example.com", last_name: str = "Lovelace") -> None:
    """Change the last name of an account on its form."""
    answer = fill(browser, f"/accounts/{address}/edit/", {"last_name": last_name})
    assert answer.status_code == 200, Page(answer).text


def test_a_change_is_told_signed_and_without_secrets(people: dict[str, Client], receiver: Receiver) -> None:
    webhook, secret = add_webhook(people["operator"], receiver.url)
    rename(people["operator"])
    send_all()
    [(headers, body)] = [item for item in receiver.received if '"account"' in item[1]]
    assert Verifier(secret).verify(body, headers)["type"] == "record.changed"
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(body.replace("Lovelace", "Lovelock"), headers)
    data = json.loads(body)["data"]
    assert (data["kind"], data["key"]) == ("account", "ada@example.com")
    assert data["changes"] == [{"field": "lastName", "before": "Byron", "after": "Lovelace"}]
    assert data["author"] == {"role": "operator", "login": "ines"}
    assert headers["content-type"] == "application/json"
    log = Page(people["operator"].get(f"/webhooks/{webhook.pk}/")).text
    assert "Received" in log
    assert "HTTP 204" in log
    assert secret not in log


def test_a_new_password_is_told_of_without_the_password(people: dict[str, Client], receiver: Receiver) -> None:
    add_webhook(people["operator"], receiver.url)
    fill(people["operator"], "/accounts/ada@example.com/edit/", {"password": "not-to-be-told-1234"})
    send_all()
    assert "not-to-be-told-1234" not in str(receiver.received)


def test_a_reseller_is_told_of_their_own_customers_only_and_not_which_operator_it_was(
    people: dict[str, Client], receiver: Receiver
) -> None:
    add_webhook(people["reseller"], receiver.url, SECRET)
    rename(people["operator"], "ada@example.com", "Lovelace")
    rename(people["operator"], "bob@other.example", "Bobson")
    rename(people["customer"], "ada@example.com", "King")
    send_all()
    changed = [one["data"] for one in told(receiver) if one["data"].get("kind") == "account"]
    assert [data["key"] for data in changed] == ["ada@example.com"] * 2
    assert [data["author"] for data in changed] == [
        {"role": "operator"},
        {"role": "customer", "login": "harbour"},
    ]


def test_a_block_is_told_of_by_its_own_event(people: dict[str, Client], receiver: Receiver) -> None:
    add_webhook(people["operator"], receiver.url, events=["account.blocked", "account.unblocked"])
    entry = JournalEntry.objects.create(author=_author(), operation="x", kind="account", key="a@b.c")
    for before, after in ((["vip"], ["vip", "blocked"]), (["blocked"], None)):
        entry.pk, entry.action, entry.result = None, "edit", "done"
        entry.changes = [{"field": "groups", "before": before, "after": after}]
        entry.save()
        tell_of_writes(None, [SimpleNamespace(entry=entry)])  # type: ignore[list-item]
    send_all()
    assert [one["type"] for one in told(receiver)] == ["account.blocked", "account.unblocked"]


def _author() -> JournalAuthor:
    return JournalAuthor.objects.get_or_create(role="operator", login="ines", name="Ines")[0]


def test_a_form_that_is_saved_without_a_change_is_not_told(people: dict[str, Client], receiver: Receiver) -> None:
    add_webhook(people["operator"], receiver.url)
    rename(people["operator"], last_name="Byron")
    assert not WebhookMessage.objects.exists()


def test_what_was_refused_is_not_told(people: dict[str, Client], receiver: Receiver, world: Platform) -> None:
    add_webhook(people["operator"], receiver.url)
    known = WebhookMessage.objects.count()
    world.refuse("updateAccount")
    fill(people["operator"], "/accounts/ada@example.com/edit/", {"last_name": "Lovelace"})
    assert WebhookMessage.objects.count() == known


def test_the_same_event_is_told_once(people: dict[str, Client], receiver: Receiver) -> None:
    add_webhook(people["operator"], receiver.url)
    for _again in range(2):
        events.tell_event("job.ended", "1", "", (), {"job": "1"})
    assert WebhookMessage.objects.filter(event="job.ended").count() == 1


def test_a_message_is_sent_again_after_a_pause_until_it_is_given_up(
    people: dict[str, Client], receiver: Receiver
) -> None:
    webhook, _secret = add_webhook(people["operator"], receiver.url)
    people["operator"].post(f"/webhooks/{webhook.pk}/test/")
    message = webhook.messages.get(event="test")
    receiver.answers = [500] * 20
    tasks.sweep_webhooks()
    send_all()
    message.refresh_from_db()
    assert (message.state, message.status, message.attempts) == (State.WAITING, 500, 1)
    assert message.due_at > timezone.now()
    assert delivery.send_due(webhook.pk) == 0, "it rests"
    for _try in range(len(delivery.PAUSES)):
        send_all()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.FAILED, len(delivery.PAUSES) + 1)
    assert len(receiver.received) == message.attempts
    receiver.answers.clear()
    page = Page(people["operator"].get(f"/webhooks/{webhook.pk}/"))
    assert "Given up" in page.text
    people["operator"].post(f"/webhooks/{webhook.pk}/messages/{message.pk}/again/")
    send_all()
    message.refresh_from_db()
    assert message.state == State.SENT
    assert {headers["webhook-id"] for headers, _body in receiver.received} == {message.event_id}


def test_messages_are_sent_in_order_and_the_next_waits_for_one_that_failed(
    people: dict[str, Client], receiver: Receiver
) -> None:
    webhook, _secret = add_webhook(people["operator"], receiver.url)
    for number in range(3):
        events.tell_event("job.ended", str(number), "", (), {"number": number})
    receiver.answers = [204, 503]
    send_all()
    assert [one["data"]["number"] for one in told(receiver)] == [0, 1]
    send_all()
    assert [one["data"]["number"] for one in told(receiver)] == [0, 1, 1, 2]
    assert not webhook.messages.exclude(state=State.SENT).exists()


def test_one_worker_at_a_time_sends(people: dict[str, Client], receiver: Receiver) -> None:
    webhook, _secret = add_webhook(people["operator"], receiver.url)
    people["operator"].post(f"/webhooks/{webhook.pk}/test/")
    Webhook.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    assert delivery.due_webhooks(timezone.now()) == []
    assert delivery.send_due(webhook.pk) == 0
    Webhook.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert delivery.send_due(webhook.pk) == 1, "the worker that had it was killed"


def test_a_redirect_is_not_followed(people: dict[str, Client], receiver: Receiver) -> None:
    webhook, _secret = add_webhook(people["operator"], receiver.url)
    people["operator"].post(f"/webhooks/{webhook.pk}/test/")
    receiver.answers = [307]
    send_all()
    assert len(receiver.received) == 1
    assert webhook.messages.get().status == 307


def test_both_secrets_sign_for_a_day_after_a_new_one_was_made(people: dict[str, Client], receiver: Receiver) -> None:
    operator = people["operator"]
    webhook, old = add_webhook(operator, receiver.url)
    page = Page(operator.post(f"/webhooks/{webhook.pk}/secret/", follow=True))
    new = str(page.root.xpath("//*[@id='secret']")[0].text)
    assert new != old
    operator.post(f"/webhooks/{webhook.pk}/test/")
    send_all()
    headers, body = receiver.received[0]
    assert Verifier(old).verify(body, headers) == Verifier(new).verify(body, headers)
    Webhook.objects.update(both_until=timezone.now())
    operator.post(f"/webhooks/{webhook.pk}/test/")
    send_all()
    headers, body = receiver.received[-1]
    assert Verifier(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body, headers)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://127.0.0.1/", "private network"),
        ("https://[::ffff:10.0.0.1]/", "private network"),
        ("https://169.254.169.254/latest/meta-data/", "private network"),
        ("http://8.8.8.8/", "HTTPS only"),
        ("ftp://example.com/", "not a URL"),
        ("https://user:pw@example.com/", "Leave username"),
        ("https://example.com:99999/", "not a URL"),
        ("nonsense", "not a URL"),
    ],
)
def test_a_url_that_webhooks_may_not_lead_to_is_refused_in_words(
    people: dict[str, Client], settings: Any, url: str, words: str
) -> None:
    settings.WEBHOOK_NETWORKS = []
    answer = people["operator"].post("/webhooks/add/", {"name": "CRM", "url": url, "events": EVENTS})
    assert answer.status_code == 422
    assert words in Page(answer).error_of("url")
    assert not Webhook.objects.exists()


def test_a_name_that_leads_into_a_private_network_is_not_connected_to(settings: Any, receiver: Receiver) -> None:
    settings.WEBHOOK_NETWORKS = []
    answer = posting.post(receiver.url.replace("http://127.0.0.1", "https://localhost"), "{}", {})
    assert (answer.status, "private network" in answer.error) == (None, True)
    assert receiver.received == []


def test_what_the_other_side_does_wrong_is_told_in_words(receiver: Receiver) -> None:
    assert "TLS" in posting.post(receiver.url.replace("http:", "https:"), "{}", {}).error
    assert "failed" in posting.post("http://127.0.0.1:1/", "{}", {}).error
    assert "looked up" in posting.post("https://does-not-exist.invalid/", "{}", {}).error


def test_a_server_that_drips_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()

        def drip() -> None:
            connection, _address = listener.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while not ended.wait(0.05):
                    connection.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        answer = posting.post(f"http://127.0.0.1:{listener.getsockname()[1]}/", "{}", {}, seconds=0.3)
        ended.set()
        thread.join()
    assert (answer.status, answer.error) == (None, "There was no answer in time.")


def test_webhooks_of_others_are_not_found(people: dict[str, Client], receiver: Receiver) -> None:
    own, _secret = add_webhook(people["reseller"], receiver.url, SECRET)
    assert people["reseller"].get(f"/webhooks/{own.pk}/").status_code == 200
    for role in ("operator", "another reseller", "customer"):
        assert people[role].get(f"/webhooks/{own.pk}/").status_code == 404
        assert people[role].post(f"/webhooks/{own.pk}/delete/").status_code == 404
    assert Webhook.objects.count() == 1


def test_a_wrong_password_adds_no_webhook(people: dict[str, Client], receiver: Receiver) -> None:
    typed = {"name": "CRM", "url": receiver.url, "events": EVENTS, "current_password": "not-mine"}
    assert people["operator"].post("/webhooks/add/", typed).status_code == 422
    assert not Webhook.objects.exists()


def test_nobody_has_more_webhooks_than_the_most(people: dict[str, Client], receiver: Receiver) -> None:
    add_webhook(people["reseller"], receiver.url, SECRET)
    own = Webhook.objects.get()
    for number in range(services.MOST - 1):
        Webhook.objects.create(engine=own.engine, customer=own.customer, name=str(number), url="x", sealed="x")
    answer = people["reseller"].post("/webhooks/add/", {"name": "CRM", "url": receiver.url, "events": EVENTS})
    assert answer.status_code == 422
    assert "Delete one first" in Page(answer).text
    assert Webhook.objects.count() == services.MOST
    add_webhook(people["operator"], receiver.url)


def test_a_paused_webhook_is_told_nothing_and_deleting_one_is_in_the_journal(
    people: dict[str, Client], receiver: Receiver
) -> None:
    operator = people["operator"]
    webhook, _secret = add_webhook(operator, receiver.url)
    answer = operator.post(f"/webhooks/{webhook.pk}/edit/", {"name": "CRM", "url": receiver.url, "events": EVENTS})
    assert answer.status_code == 302
    assert "Send a test" not in Page(operator.get(f"/webhooks/{webhook.pk}/")).text
    rename(operator)
    send_all()
    assert [one for one in told(receiver) if one["data"].get("kind") == "account"] == []
    operator.post(f"/webhooks/{webhook.pk}/delete/")
    assert not Webhook.objects.exists()
    entries = JournalEntry.objects.filter(kind="webhook").order_by("pk")
    assert [(entry.action, entry.key) for entry in entries] == [("add", "CRM"), ("edit", "CRM"), ("delete", "CRM")]


def test_the_webhooks_of_a_deleted_customer_are_deleted(
    people: dict[str, Client], world: Platform, receiver: Receiver
) -> None:
    customer = world.add_customer("Short Lived", reseller=world.account().reseller)
    engine = servers.engine("").name
    Webhook.objects.create(engine=engine, customer=customer.id, name="x", url=receiver.url, sealed="x")
    url = f"/customers/{customer.id}/delete/"
    assert "Webhooks" in Page(people["operator"].get(url)).text
    people["operator"].post(url)
    assert not Webhook.objects.exists()


def test_old_messages_are_deleted(people: dict[str, Client], receiver: Receiver) -> None:
    add_webhook(people["operator"], receiver.url)
    for number in range(2):
        events.tell_event("job.ended", str(number), "", (), {})
    old = WebhookMessage.objects.filter(event="job.ended").earliest("pk")
    WebhookMessage.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    tasks.clean_up_webhooks()
    assert not WebhookMessage.objects.filter(pk=old.pk).exists()
    assert WebhookMessage.objects.filter(event="job.ended").count() == 1


def test_an_alarm_about_an_account_is_told_once_to_those_whom_it_belongs_to(
    people: dict[str, Client], receiver: Receiver, world: Platform
) -> None:
    for role, password in (("operator", PASSWORD), ("reseller", SECRET)):
        add_webhook(people[role], receiver.url, password, events=["alarm.raised"])
    with transaction(world.server.engine, write=True) as connection:
        for name, domain in (("ada", "example.com"), ("bob", "other.example")):
            account = accounts.find_account(connection, name, domain)
            assert account is not None
            raised = {"time": datetime(2026, 3, 15, 12), "period": "2026-03", "threshold": "25", "value": "25.00"}
            alarms.insert_alarm(connection, account, kind="quota", **raised)
    tell_of_alarms()
    tell_of_alarms()
    send_all()
    assert sorted(one["data"]["account"] for one in told(receiver)) == ["ada@example.com"] * 2 + ["bob@other.example"]
    assert {one["data"]["kind"] for one in told(receiver)} == {"quota"}


def test_a_mail_that_is_given_up_is_told_of(people: dict[str, Client], receiver: Receiver, world: Platform) -> None:
    add_webhook(people["reseller"], receiver.url, SECRET, events=["mail.failed"])
    reseller = world.ngnpro.sip.get_account(SipId.parse("ada@example.com")).reseller
    for number in (reseller, reseller + 1000):
        message = queue_mail("account-changed", "ada@example.com", "ada@mail.example", "ngnpro", reseller=number)
        claimed = outbox.claim_mail(message.pk)
        assert claimed is not None
        outbox.settle_failed(claimed, "550 No such user", for_good=True)
    send_all()
    [news] = told(receiver)
    assert (news["type"], news["data"]["about"]) == ("mail.failed", "ada@example.com")
    assert news["data"]["error"] == "550 No such user"
