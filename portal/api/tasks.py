"""The Celery task of the API."""

from __future__ import annotations

from portal.celery import app

from .idempotency import delete_old_answers


@app.task
def clean_up_answers() -> None:
    """Delete stored answers of yesterday."""
    delete_old_answers()
