"""The Celery task of the phones room."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.celery import app

from .models import PhoneLink

KEPT_FOR = timedelta(days=30)


@app.task
def clean_up_phone_links() -> int:
    """Delete links that expired a while ago, and return how many."""
    return PhoneLink.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR).delete()[0]
