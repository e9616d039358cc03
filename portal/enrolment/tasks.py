"""The Celery task of self-registration."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.celery import app

from .models import AccountRequest

KEPT_FOR = timedelta(days=7)


@app.task
def clean_up_enrolment() -> int:
    """Delete passwords of requests that have expired, and old requests; return how many of these."""
    now = timezone.now()
    AccountRequest.objects.filter(expires_at__lt=now).exclude(sealed="").update(sealed="")
    return AccountRequest.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]
