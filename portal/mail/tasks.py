"""The Celery task of the sender domains."""

from __future__ import annotations

from portal.celery import app

from .templates.senders import recheck_sender_domains


@app.task
def sweep_sender_domains() -> None:
    """Look up again whether DNS has the records that have verified sender domains."""
    recheck_sender_domains()
