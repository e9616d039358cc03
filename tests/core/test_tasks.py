"""Data that the framework stores for a limited time is deleted by a periodic task."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from portal.celery import app
from portal.core.tasks import clean_up_framework
from portal.people.models import KnownDevice, LinkRequest, SignInTry, TryLock
from portal.people.tasks import sweep_link_requests
from tests.support.portal import Platform


def test_sessions_that_have_ended_are_deleted(people: dict[str, Client], world: Platform) -> None:
    assert all(people[person].session for person in ("operator", "reseller"))
    number = Session.objects.count()
    assert number > 1
    ended = Session.objects.order_by("pk")[:1].get()
    Session.objects.filter(pk=ended.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    clean_up_framework()
    assert Session.objects.count() == number - 1
    assert not Session.objects.filter(pk=ended.pk).exists()


@pytest.mark.django_db
def test_requests_for_links_and_places_are_deleted(client: Client, platform: Any) -> None:
    old = timezone.now() - timedelta(days=200)
    LinkRequest.objects.create(typed="ada", source="192.0.2.7", is_done=True)
    KnownDevice.objects.create(person="ada", mark="m", seen_at=old)
    LinkRequest.objects.update(created_at=old)
    sweep_link_requests()
    assert not LinkRequest.objects.exists()
    assert not KnownDevice.objects.exists()


@pytest.mark.django_db
def test_tries_to_sign_in_are_deleted_after_a_day(client: Client, platform: Any) -> None:
    for name in ("ada", "bob"):
        client.post("/session/sign-in/", {"username": name, "password": "wrong"})
    for table, time in ((SignInTry, "tried_at"), (TryLock, "held_at")):
        old = table.objects.order_by("pk")[:1].get()
        table.objects.filter(pk=old.pk).update(**{time: timezone.now() - timedelta(hours=25)})
    assert (SignInTry.objects.count(), TryLock.objects.count()) == (2, 3)
    sweep_link_requests()
    assert SignInTry.objects.get().name == "bob"
    assert TryLock.objects.count() == 2


def test_every_periodic_task_is_scheduled_and_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith("portal.")}
    periodic = {
        name
        for name in ours
        if name.rpartition(".")[2].startswith(
            ("clean_up", "sweep", "reconcile", "mail_missed", "tell_of", "measure", "back_up")
        )
    }
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert len(periodic) >= 8
    assert periodic == scheduled
