"""The mails about alarms, about a quota that is reached, and about missed calls."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.servers import service_ngnpro
from portal.mail.kinds.base import ACCOUNT_VARIABLES, NAME_VARIABLES, read_account, read_facts
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailSubject, register_mail_kind
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import Call, CallQuery, CallsQuery, SipId

MOST_CALLS = 200
_FIRST_REFUSAL = 300


def read_quota(message: OutboxMessage) -> MailContent:
    """Read the account, and take what it has spent from the facts of the message."""
    _account, content = read_account(message)
    amounts = {name: message.facts.get(name, "") for name in ("spent", "quota")}
    values = {**content.values, **amounts, "currency": content.brand.get("currency")}
    return MailContent(values, content.brand, content.language)


def read_missed(message: OutboxMessage) -> MailContent:
    """Read the missed calls of a day, unless the message has an example; ``ValueError`` if there are none any more."""
    account, content = read_account(message)
    day = datetime.fromisoformat(str(message.facts["day"])).replace(tzinfo=UTC)
    listed = message.facts.get("calls") or [
        {"caller": call.from_uri.removeprefix("sip:"), "time": _time(call)}
        for call in reversed(missed_calls(service_ngnpro(message.engine), account.id, day))
    ]
    if not listed:
        raise ValueError(_("There are no missed calls."))
    return MailContent({**content.values, "day": f"{day:%Y-%m-%d}", "calls": listed}, content.brand, content.language)


def missed_calls(ngnpro: Ngnpro, account: SipId, day: datetime) -> list[Call]:
    """Return the calls of a day, in UTC, that an account did not take, newest first."""
    start = int(day.timestamp())
    query = CallQuery(from_date=start, to_date=start + 86400, limit=MOST_CALLS)
    received = ngnpro.sip.get_calls(account, CallsQuery(received=query)).received
    return [call for call in received if call.status >= _FIRST_REFUSAL]


def _time(call: Call) -> str:
    return f"{datetime.fromtimestamp(call.start_time, UTC):%H:%M} UTC"


ALARM_RAISED = register_mail_kind(
    MailKind(
        name="alarm-raised",
        label=gettext_lazy("Alarm about the calls of an account"),
        read=read_facts,
        variables=NAME_VARIABLES
        | {
            "address": gettext_lazy("the SIP address"),
            "kind": gettext_lazy("the kind of alarm: quota, spend, country or short-calls"),
            "value": gettext_lazy("what raised the alarm: an amount, a country code, or a number of calls"),
            "threshold": gettext_lazy("the threshold; empty for a country"),
            "blocked": gettext_lazy("“yes” if the account was blocked"),
            "url": gettext_lazy("the page of the account"),
        },
        is_to_operators=True,
        about=MailSubject.PERSON,
        example={
            "name": "Ada",
            "address": "ada@example.com",
            "kind": "spend",
            "value": "52.10",
            "threshold": "50",
            "blocked": True,
            "url": "https://portal.example.com/…",
        },
    )
)
QUOTA_REACHED = register_mail_kind(
    MailKind(
        name="quota-reached",
        label=gettext_lazy("Quota reached"),
        read=read_quota,
        choice=True,
        variables=ACCOUNT_VARIABLES
        | {
            "spent": gettext_lazy("what the calls of the month cost"),
            "quota": gettext_lazy("the quota"),
            "currency": gettext_lazy("their currency"),
        },
        example={"spent": "25.10", "quota": "25"},
        is_about_money=True,
    )
)
MISSED_CALLS = register_mail_kind(
    MailKind(
        name="missed-calls",
        label=gettext_lazy("Missed calls of a day"),
        read=read_missed,
        choice=True,
        variables=ACCOUNT_VARIABLES
        | {
            "day": gettext_lazy("the day"),
            "calls": gettext_lazy("the missed calls, a list with caller and time"),
        },
        parts={"caller": gettext_lazy("who called"), "time": gettext_lazy("when")},
        example={"day": "2026-01-02", "calls": [{"caller": "bob@example.com", "time": "15:04 UTC"}]},
    )
)
