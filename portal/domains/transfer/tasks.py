"""Celery tasks of domain imports."""

from __future__ import annotations

from django.utils import timezone

from portal.celery import app

from .models import KEEP, DomainImport


@app.task
def clean_up_imports() -> int:
    """Delete files that were uploaded more than a day ago; returns how many."""
    _rows, by_model = DomainImport.objects.filter(made__lt=timezone.now() - KEEP).delete()
    return by_model.get(DomainImport._meta.label, 0)
