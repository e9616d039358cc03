"""Template tags that show the state of the outbox on pages of other rooms."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone

from portal.core.access import may_open
from portal.core.viewer import Viewer
from portal.mail.outbox.models import OutboxMessage

RECENT = timedelta(days=7)

register = template.Library()


@register.simple_tag
def failed_mails(viewer: Viewer) -> int:
    """Count the mails of the last week that were given up; 0 for viewers who may not open the outbox."""
    if not may_open(viewer, "mail:outbox:list"):
        return 0
    given_up = OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED, created_at__gte=timezone.now() - RECENT)
    return given_up.count()
