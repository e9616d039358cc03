"""The framework's periodic work."""

from __future__ import annotations

from portal.celery import app
from portal.core.sent_forms import forget_sent_forms


@app.task
def clean_up() -> None:
    """Delete the ids of forms that nobody sends again."""
    forget_sent_forms()
