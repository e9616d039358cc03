"""The filters and the list of the outbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.forms import FilterForm
from portal.core.markup import markup, page_url
from portal.core.search_text import begins_with
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment
from portal.mail.registry import find_mail_kind, mail_kinds

from .models import OutboxMessage

ANY = ("", _("Anything"))


class OutboxFilterForm(FilterForm[Q]):
    segments = "state"

    recipient = forms.CharField(label=_("Recipient"), required=False, max_length=320)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ANY, *OutboxMessage.State.choices])
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=lambda: [ANY, *((kind.name, kind.label) for kind in mail_kinds().values())],
    )
    reseller = forms.IntegerField(label=_("Reseller"), required=False, min_value=1, max_value=2**31 - 1)

    def to_filter(self) -> Q:
        exact = {name: self.cleaned_data[name] for name in ("state", "kind", "reseller") if self.cleaned_data[name]}
        return Q(**exact) & begins_with("recipient", self.cleaned_data["recipient"])


State = OutboxMessage.State
LAMPS = {State.SENT: "on", State.FAILED: "bad", State.SENDING: "warn"}


def kind_label(message: OutboxMessage) -> str | Promise:
    """Return the label of the kind of a message, or its name if the kind no longer exists."""
    kind = find_mail_kind(message.kind)
    return kind.label if kind else message.kind


def delivery_doubt(message: OutboxMessage) -> str:
    """Return a sentence about what is unknown if the sending of a message was interrupted; empty if it was not."""
    if not message.duplicate:
        return ""
    return (
        gettext("It may have arrived twice.")
        if message.state == State.SENT
        else gettext("It may have arrived nevertheless.")
    )


class OutboxTable(Table[OutboxMessage]):
    caption = _("Mails, newest first")
    default_sort = "-created_at"
    columns = (
        Column("recipient", pgettext_lazy("mail", "To"), sort="recipient", css="wrap"),
        Column("kind", _("Kind"), sort="kind"),
        Column("state", _("State"), sort="state", css="wrap"),
        Column("attempts", _("Attempts"), css="num opt"),
        Column("created_at", _("Queued"), sort="created_at", css="nowrap"),
        Column("again", _("Action")),
    )

    def cell_kind(self, message: OutboxMessage) -> SafeString:
        about = message.about if "@" in message.about else ""
        whose = gettext("reseller %(reseller)s") % {"reseller": message.reseller} if message.reseller else ""
        sub = " · ".join(filter(None, (about, whose)))
        return markup('<span>{}<span class="sub">{}</span></span>', kind_label(message), sub)

    def cell_state(self, message: OutboxMessage) -> SafeString:
        state = State(message.state)
        label = gettext("waiting") if state is State.QUEUED and message.error else str(state.label)
        color = "warn" if state is State.QUEUED and message.error else LAMPS.get(state, "")
        if state is State.SENT and not settings.EMAIL_HOST:
            # without a mail server, nobody has received it
            color, label = "warn", gettext("in the mail folder")
        return lamp(color, label, " ".join(filter(None, (message.error, message.note, delivery_doubt(message)))))

    def cell_created_at(self, message: OutboxMessage) -> SafeString:
        settled = markup(gettext("settled {time}"), time=moment(message.settled_at)) if message.settled_at else ""
        return markup('<span>{}<span class="sub">{}</span></span>', moment(message.created_at), settled)

    def cell_again(self, message: OutboxMessage) -> Any:
        if message.state != State.FAILED:
            return ""
        return link(page_url("mail:outbox:send-again", message.pk), gettext("Send again"), css="nowrap")
