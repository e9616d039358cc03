"""The list of the outbox."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment
from portal.mail.registry import find_mail_kind

from .models import OutboxMessage

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
    return _("It may have arrived twice.") if message.state == State.SENT else _("It may have arrived nevertheless.")


class OutboxTable(Table[OutboxMessage]):
    caption = gettext_lazy("Mails, newest first")
    default_sort = "-created_at"
    columns = (
        Column("recipient", gettext_lazy("To"), sort="recipient", css="wrap"),
        Column("kind", gettext_lazy("Kind"), sort="kind"),
        Column("state", gettext_lazy("State"), sort="state", css="wrap"),
        Column("attempts", gettext_lazy("Attempts"), css="num opt"),
        Column("created_at", gettext_lazy("Queued"), sort="created_at", css="nowrap"),
        Column("again", gettext_lazy("Action")),
    )

    def cell_kind(self, message: OutboxMessage) -> SafeString:
        about = message.about if "@" in message.about else ""
        whose = _("reseller %(reseller)s") % {"reseller": message.reseller} if message.reseller else ""
        sub = " · ".join(filter(None, (about, whose)))
        return markup('<span>{}<span class="sub">{}</span></span>', kind_label(message), sub)

    def cell_state(self, message: OutboxMessage) -> SafeString:
        state = State(message.state)
        label = _("waiting") if state is State.QUEUED and message.error else str(state.label)
        color = "warn" if state is State.QUEUED and message.error else LAMPS.get(state, "")
        return lamp(color, label, " ".join(filter(None, (message.error, message.note, delivery_doubt(message)))))

    def cell_created_at(self, message: OutboxMessage) -> SafeString:
        settled = markup(_("settled {time}"), time=moment(message.settled_at)) if message.settled_at else ""
        return markup('<span>{}<span class="sub">{}</span></span>', moment(message.created_at), settled)

    def cell_again(self, message: OutboxMessage) -> Any:
        if message.state != State.FAILED:
            return ""
        return link(page_url("mail:outbox:send-again", message.pk), _("Send again"), css="nowrap")
