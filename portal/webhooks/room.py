"""The declaration of the webhooks room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, RESELLERS, Menu, Needs, Page, Room, Section

from .telling import KIND

ROOM = Room(
    "webhooks",
    needs=Needs.NO_LIMITS,
    help="webhooks",
    pages=(
        Page("list", "", "WebhookList", RESELLERS),
        Page("add", "add/", "WebhookAdd", RESELLERS, writes=ALWAYS),
        Page("detail", "<uuid:webhook>/", "WebhookDetail", RESELLERS),
        Page("edit", "<uuid:webhook>/edit/", "WebhookEdit", RESELLERS, writes=ALWAYS),
        Page("delete", "<uuid:webhook>/delete/", "WebhookDelete", RESELLERS, writes=ALWAYS),
        Page("test", "<uuid:webhook>/test/", "WebhookTest", RESELLERS, writes=ALWAYS),
        Page("secret", "<uuid:webhook>/secret/", "WebhookSecret", RESELLERS, writes=ALWAYS),
        Page("again", "<uuid:webhook>/messages/<int:webhook_message>/again/", "WebhookAgain", RESELLERS, writes=ALWAYS),
    ),
    menu=(Menu("list", _("Webhooks"), "forward", section=Section.SETTINGS),),
    journal_kinds={KIND: _("Webhook")},
    journal_actions={"renewWebhookSecret": _("New secret")},
)
