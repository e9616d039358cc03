"""The Celery task of self-registration."""

from __future__ import annotations

from portal.celery import app


@app.task
def clean_up_enrolment() -> int:
    """Delete old requests, and return how many."""
    from .services import delete_old_requests

    return delete_old_requests()
