"""A write that is repeated because its answer was lost is made once, and answered as the first time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from portal.api.idempotency import delete_old_answers
from portal.api.models import StoredAnswer
from tests.support.api import ApiClient, answered, make_token
from tests.support.portal import Platform


@pytest.fixture
def api(people: dict[str, Client]) -> ApiClient:
    return make_token(people["operator"])


def test_a_repeated_request_gets_the_first_answer(api: ApiClient, world: Platform) -> None:
    body = {"name": "Nordkom"}
    first = api.post("lcr/carriers", body, Idempotency_Key="a1")
    world.forget_calls()
    again = api.post("lcr/carriers", body, Idempotency_Key="a1")
    assert world.calls == []
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert answered(api.get("lcr/carriers?name=Nordkom"))["total"] == 1
    assert "Nordkom" not in StoredAnswer.objects.get().sealed


def test_a_refusal_is_repeated_as_well(api: ApiClient) -> None:
    body = {"domain": "example.com", "customer": 2}
    first = answered(api.post("domains", body, Idempotency_Key="a1"), 409)
    assert answered(api.post("domains", body, Idempotency_Key="a1"), 409) == first


def test_a_key_is_for_one_request(api: ApiClient) -> None:
    answered(api.post("lcr/carriers", {"name": "Nordkom"}, Idempotency_Key="a1"), 201)
    answered(api.post("lcr/carriers", {"name": "Sudkom"}, Idempotency_Key="a1"), 422)


def test_after_an_outage_that_stored_nothing_the_same_request_is_carried_out(api: ApiClient, world: Platform) -> None:
    world.cut()
    answered(api.patch("accounts/ada@example.com", {"lastName": "King"}, Idempotency_Key="a1"), 503)
    world.mend()
    answered(api.patch("accounts/ada@example.com", {"lastName": "King"}, Idempotency_Key="a1"))


def test_a_repetition_while_the_first_is_under_way_is_not_carried_out(api: ApiClient, world: Platform) -> None:
    answers = []
    send = lambda: api.post("lcr/carriers", {"name": "Nordkom"}, Idempotency_Key="a1")  # noqa: E731
    world.run_before("addCarrier", lambda: answers.append(send()) if not answers else None)
    answered(send(), 201)
    assert answered(answers[0], 409)["stored"] == "unknown"
    assert answered(api.get("lcr/carriers?name=Nordkom"))["total"] == 1


def test_keys_of_another_token_mean_nothing(api: ApiClient, people: dict[str, Client]) -> None:
    other = make_token(people["operator"], name="Other")
    answered(api.post("lcr/carriers", {"name": "Nordkom"}, Idempotency_Key="a1"), 201)
    answered(other.post("lcr/carriers", {"name": "Sudkom"}, Idempotency_Key="a1"), 201)


def test_answers_are_deleted_after_a_day(api: ApiClient) -> None:
    answered(api.post("lcr/carriers", {"name": "Nordkom"}, Idempotency_Key="a1"), 201)
    delete_old_answers()
    assert StoredAnswer.objects.count() == 1
    StoredAnswer.objects.update(created_at=timezone.now() - timedelta(hours=25))
    delete_old_answers()
    assert StoredAnswer.objects.count() == 0
