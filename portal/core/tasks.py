"""Celery tasks of the framework."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from portal.celery import app
from portal.core.record_locks import forget_expired
from portal.core.sealing import delete_old_secrets
from portal.core.sent_forms import forget_sent_forms


@app.task
def clean_up_framework() -> None:
    """Delete old submitted forms, expired sessions, secrets not shown, and the locks of processes that were killed."""
    forget_sent_forms()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    forget_expired()
    delete_old_secrets()
