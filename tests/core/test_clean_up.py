"""Data that the framework stores for a limited time is deleted by a periodic task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.core.tasks import clean_up
from portal.people.models import KnownPlace, LinkRequest
from portal.people.tasks import sweep
from tests.support.portal import Platform


def test_sessions_that_have_ended_are_deleted(people: dict[str, Client], world: Platform) -> None:
    number = Session.objects.count()
    assert number > 1
    ended = Session.objects.order_by("pk")[:1].get()
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    clean_up()
    assert Session.objects.count() == number - 1
    assert not Session.objects.filter(pk=ended.pk).exists()


@pytest.mark.django_db
def test_requests_for_links_and_places_are_deleted(client: Client, platform: Any) -> None:
    old = timezone.now() - timedelta(days=200)
    LinkRequest.objects.create(typed="ada", source="192.0.2.7", is_done=True)
    KnownPlace.objects.create(person="ada", mark="m", seen_at=old)
    LinkRequest.objects.update(created_at=old)
    sweep()
    assert not LinkRequest.objects.exists()
    assert not KnownPlace.objects.exists()


def test_every_periodic_task_that_deletes_is_scheduled() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    rooms = ("core", "journal", "mail.outbox", "domains.transfer", "accounts.voicemail")
    assert {f"portal.{room}.tasks.clean_up" for room in rooms} | {"portal.people.tasks.sweep"} <= scheduled
