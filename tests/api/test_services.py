"""The simulator, the journal with its undo, mails, plans and jobs by the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.jobs import engine
from portal.mail.outbox.models import OutboxMessage
from tests.support.api import ApiClient, answered, make_token
from tests.support.portal import CUSTOMER, Platform


@pytest.fixture
def api(people: dict[str, Client]) -> ApiClient:
    return make_token(people["operator"])


def test_a_call_is_followed(api: ApiClient) -> None:
    found = answered(api.get("lcr/simulator?number=0031201234567&caller=other.example&reseller=1"))
    assert found["sentTo"][0].startswith("sip:")
    refused = answered(api.get("lcr/simulator?number=0031201234567&caller=ada@example.com"))
    assert refused["status"]
    assert any(step["status"] for step in refused["steps"])
    assert answered(api.get("lcr/simulator?number=nonsense"), 422)["errors"][0]["field"] == "number"
    assert answered(api.get("lcr/simulator"), 422)["errors"][0]["field"] == "number"


def test_a_change_is_found_in_the_journal_and_undone(api: ApiClient, world: Platform) -> None:
    answered(api.patch("accounts/ada@example.com", {"lastName": "King"}))
    (entry,) = answered(api.get("journal?key=ada@example.com&limit=1"))["items"]
    assert entry["who"] == "token CRM of Ines Okafor"
    assert entry["changes"] == [{"field": "lastName", "before": "Byron", "after": "King"}]
    undone = answered(api.post(f"journal/{entry['id']}/undo"), 201)
    assert world.account().last_name == "Byron"
    assert answered(api.get(f"journal/{undone['id']}"))["changes"][0]["after"] == "Byron"
    assert answered(api.post(f"journal/{entry['id']}/undo"), 409)["detail"] == "This was undone already."
    answered(api.get("journal/999999"), 404)


def test_an_undo_does_not_overwrite_a_later_change(api: ApiClient) -> None:
    answered(api.patch("accounts/ada@example.com", {"lastName": "King"}))
    (entry,) = answered(api.get("journal?key=ada@example.com&limit=1"))["items"]
    answered(api.patch("accounts/ada@example.com", {"lastName": "Lovelace"}))
    assert answered(api.post(f"journal/{entry['id']}/undo"), 412)["changes"]


def finished(api: ApiClient, job: dict[str, Any]) -> dict[str, Any]:
    """Carry out a plan, and return the job when the worker has done it."""
    started = answered(api.post("jobs", {"plan": job["id"]}), 201)
    while engine.work():
        pass
    done: dict[str, Any] = answered(api.get(f"jobs/{started['id']}"))
    return done


def test_records_are_added_and_changed_by_a_plan_and_a_job(api: ApiClient, world: Platform) -> None:
    rows = [
        {"id": "eve@example.com", "firstName": "Eve", "lastName": "Ott", "email": "eve@example.com", "owner": 2},
        {"id": "ada@example.com", "lastName": "King", "callLimit": 3},
        {"id": "bad@example.com", "timezone": "Mars"},
    ]
    plan = answered(api.post("plans", {"kind": "account", "rows": rows}), 201)
    assert plan["state"] == "planned"
    shown = answered(api.get(f"jobs/{plan['id']}/rows"))["items"]
    assert [row["verb"] for row in shown] == ["add", "change", ""]
    assert "Mars" in shown[2]["reason"]
    assert world.account().last_name == "Byron"
    job = finished(api, plan)
    assert (job["state"], job["rows"]) == ("finished", {"done": 2, "conflict": 1})
    assert world.account().last_name == "King"
    assert world.account("eve@example.com").first_name == "Eve"
    undo = answered(api.post(f"jobs/{plan['id']}/undo"))
    assert finished(api, undo)["state"] == "finished"
    assert world.account().last_name == "Byron"


def test_an_action_is_planned_by_keys_or_by_filter(api: ApiClient, world: Platform) -> None:
    body = {"kind": "account", "action": "call-limit", "filter": {"domain": "example.com"}, "values": {"value": 7}}
    names = answered(api.post("plans", {"kind": "account", "action": "?", "keys": []}), 422)["detail"]
    assert "block" in names
    blocked = answered(api.post("plans", {"kind": "account", "action": "block", "keys": ["ada@example.com"]}), 201)
    finished(api, blocked)
    assert "blocked" in world.account().groups
    answered(api.post("plans", {**body, "action": "block", "values": {}}), 201)
    answered(api.post(f"jobs/{blocked['id']}/pause"), 409)


def test_a_plan_needs_the_scope_of_its_records(people: dict[str, Client]) -> None:
    scopes = {"access": "chosen", "room-jobs": "write", "room-aliases": "write"}
    api = make_token(people["operator"], **scopes)
    body = {"kind": "account", "rows": [{"id": "ada@example.com", "lastName": "King"}]}
    assert answered(api.post("plans", body), 403)["scope"] == "accounts: write"


def test_the_plan_of_a_reseller_is_carried_out_with_their_login(people: dict[str, Client], world: Platform) -> None:
    api = make_token(people["reseller"], CUSTOMER["password"])
    rows = [{"id": "ada@example.com", "lastName": "King"}, {"id": "bob@other.example", "lastName": "King"}]
    job = finished(api, answered(api.post("plans", {"kind": "account", "rows": rows, "mode": "change"}), 201))
    assert job["rows"] == {"done": 1, "conflict": 1}
    assert world.account("bob@other.example").last_name == "Byron"


def test_a_mail_that_was_given_up_is_sent_again(api: ApiClient, db: None) -> None:
    message = OutboxMessage.objects.create(
        kind="account-information", about="ada@example.com", recipient="ada@example.com", state="failed"
    )
    assert answered(api.get("mail/outbox?state=failed"))["items"][0]["id"] == str(message.pk)
    assert answered(api.post(f"mail/outbox/{message.pk}/send-again"))["state"] == "queued"
    answered(api.post(f"mail/outbox/{message.pk}/send-again"), 404)
