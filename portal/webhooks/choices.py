"""Words of webhooks: the events that they are told of, and how a message stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Event(models.TextChoices):
    """What a webhook can be told of. ``TEST`` is sent by a button, to every webhook."""

    RECORD_ADDED = "record.added", _("A record was added")
    RECORD_CHANGED = "record.changed", _("A record was changed")
    RECORD_DELETED = "record.deleted", _("A record was deleted")
    ACCOUNT_BLOCKED = "account.blocked", _("A SIP account was blocked")
    ACCOUNT_UNBLOCKED = "account.unblocked", _("A SIP account was unblocked")
    ALARM_RAISED = "alarm.raised", _("An alarm was raised: a quota is reached, or calls look like fraud")
    JOB_ENDED = "job.ended", _("A bulk job ended")
    MAIL_FAILED = "mail.failed", _("A mail could not be sent")
    TEST = "test", _("A test")


# The events that can be chosen in the form.
CHOOSABLE = [(event.value, event.label) for event in Event if event is not Event.TEST]


class State(models.TextChoices):
    """How a message stands."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", pgettext_lazy("delivery", "Received")
    FAILED = "failed", _("Given up")


# The state of the lamp (shape and colour) for each.
LAMPS = {State.WAITING: "warn", State.SENT: "on", State.FAILED: "bad"}
