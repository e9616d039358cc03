"""What the worker's scheduler starts, and how often."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

EVERY_SIX_HOURS = crontab(minute="17", hour="*/6")


def schedule(*, mail_sweep: float, journal_check: float) -> dict[str, dict[str, Any]]:
    """Return Celery's ``beat_schedule``, with the seconds between sweeps of the outbox and checks of the journal."""
    return {
        "send waiting mails": {
            "task": "portal.mail.outbox.tasks.sweep_outbox",
            "schedule": mail_sweep,
            "options": {"expires": mail_sweep},
        },
        "check sender domains": {"task": "portal.mail.tasks.sweep_sender_domains", "schedule": EVERY_SIX_HOURS},
        "delete old mails": {"task": "portal.mail.outbox.tasks.clean_up_outbox", "schedule": EVERY_SIX_HOURS},
        "send password reset mails": {"task": "portal.people.tasks.sweep_link_requests", "schedule": 30.0},
        "delete old greetings": {
            "task": "portal.accounts.voicemail.tasks.clean_up_greetings",
            "schedule": EVERY_SIX_HOURS,
        },
        "delete old links of phones": {
            "task": "portal.accounts.phones.tasks.clean_up_phone_links",
            "schedule": EVERY_SIX_HOURS,
        },
        "delete old registrations": {
            "task": "portal.enrolment.tasks.clean_up_enrolment",
            "schedule": EVERY_SIX_HOURS,
        },
        "delete old entries of chat journals": {
            "task": "portal.accounts.programs.tasks.clean_up_programs",
            "schedule": EVERY_SIX_HOURS,
        },
        "delete old links to traces": {
            "task": "portal.accounts.tracing.tasks.clean_up_trace_links",
            "schedule": EVERY_SIX_HOURS,
        },
        "delete old answers of the API": {"task": "portal.api.tasks.clean_up_answers", "schedule": EVERY_SIX_HOURS},
        "work on jobs": {"task": "portal.jobs.tasks.sweep", "schedule": 5.0, "options": {"expires": 5.0}},
        "delete old jobs": {"task": "portal.jobs.tasks.clean_up", "schedule": EVERY_SIX_HOURS},
        "reconcile uncertain journal entries": {
            "task": "portal.journal.tasks.reconcile_uncertain_entries",
            "schedule": journal_check,
            "options": {"expires": journal_check},
        },
        "mail alarms": {"task": "portal.watch.tasks.tell_of_alarms", "schedule": 60.0, "options": {"expires": 60.0}},
        "measure answer times": {
            "task": "portal.overview.tasks.measure_answer_times",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        # several times, in case no worker runs at one of them; each mail is queued once
        "mail missed calls": {
            "task": "portal.watch.tasks.mail_missed_calls",
            "schedule": crontab(minute="23", hour="5-9"),
        },
        "delete old journal entries": {"task": "portal.journal.tasks.clean_up_journal", "schedule": EVERY_SIX_HOURS},
        "delete expired forms and sessions": {
            "task": "portal.core.tasks.clean_up_framework",
            "schedule": EVERY_SIX_HOURS,
        },
    }
