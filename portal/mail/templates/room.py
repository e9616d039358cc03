"""The declaration of the mail:templates room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, BY_POST, RESELLERS, Menu, Needs, Page, Room, Section

ROOM = Room(
    "mail:templates",
    help="mail#templates",
    needs=Needs.NO_LIMITS,
    pages=(
        Page("list", "", "TemplateList", RESELLERS),
        Page("page", "<slug:mail>/", "TemplatePage", RESELLERS, writes=BY_POST),
        Page("look", "<slug:mail>/look/", "ShowHtml", RESELLERS),
        Page("test", "<slug:mail>/test/", "SendTest", RESELLERS, writes=ALWAYS),
        Page("choose", "<slug:mail>/choose/", "SendingChoice", RESELLERS, writes=ALWAYS),
        Page("brand", "brand/", "BrandPage", RESELLERS, writes=BY_POST),
        Page("logo", "brand/logo/", "BrandLogo", RESELLERS),
        Page("senders", "senders/", "SenderDomains", RESELLERS, writes=BY_POST),
    ),
    menu=(Menu("list", _("Mails"), "pencil", section=Section.RECORDS),),
)
