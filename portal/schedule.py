"""What the worker's scheduler starts, and how often."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

EVERY_SIX_HOURS = crontab(minute="17", hour="*/6")
AT_NIGHT = crontab(minute="41", hour="2")
CLEAN_UPS = {
    "check sender domains": "portal.mail.tasks.sweep_sender_domains",
    "delete old mails": "portal.mail.outbox.tasks.clean_up_outbox",
    "delete old greetings": "portal.accounts.voicemail.tasks.clean_up_greetings",
    "delete old links of phones": "portal.accounts.phones.tasks.clean_up_phone_links",
    "delete old registrations": "portal.enrolment.tasks.clean_up_enrolment",
    "delete old entries of chat journals": "portal.accounts.programs.tasks.clean_up_programs",
    "delete old links to traces": "portal.accounts.tracing.tasks.clean_up_trace_links",
    "delete old answers of the API": "portal.api.tasks.clean_up_answers",
    "delete old jobs": "portal.jobs.tasks.clean_up",
    "delete old messages of webhooks": "portal.webhooks.tasks.clean_up_webhooks",
    "delete old journal entries": "portal.journal.tasks.clean_up_journal",
    "delete expired forms and sessions": "portal.core.tasks.clean_up_framework",
}


def schedule(*, mail_sweep: float, journal_check: float) -> dict[str, dict[str, Any]]:
    """Return Celery's ``beat_schedule``, with the seconds between sweeps of the outbox and checks of the journal."""
    return {
        **{name: {"task": task, "schedule": EVERY_SIX_HOURS} for name, task in CLEAN_UPS.items()},
        "send waiting mails": _often("portal.mail.outbox.tasks.sweep_outbox", mail_sweep),
        "send password reset mails": {"task": "portal.people.tasks.sweep_link_requests", "schedule": 30.0},
        "send messages of webhooks": _often("portal.webhooks.tasks.sweep_webhooks", 5.0),
        "work on jobs": _often("portal.jobs.tasks.sweep", 5.0),
        "reconcile uncertain journal entries": _often(
            "portal.journal.tasks.reconcile_uncertain_entries", journal_check
        ),
        "mail alarms": _often("portal.watch.tasks.tell_of_alarms", 60.0),
        "measure answer times": _often("portal.overview.tasks.measure_answer_times", 60.0),
        # several times, in case no worker runs at one of them; each mail is queued once
        "mail missed calls": {
            "task": "portal.watch.tasks.mail_missed_calls",
            "schedule": crontab(minute="23", hour="5-9"),
        },
        "back up": {"task": "portal.running.tasks.back_up", "schedule": AT_NIGHT},
    }


def _often(task: str, seconds: float) -> dict[str, Any]:
    """Return the entry of a task that is started again before a message of the last time would be taken."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}
