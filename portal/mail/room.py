"""The declaration of the mail room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, Menu, Needs, Page, Room, Section

ROOM = Room(
    "mail",
    help="mail",
    pages=(
        Page("folder", "folder/", "FolderList", OPERATORS, needs=Needs.FULL_RIGHTS),
        Page("message", "folder/<str:name>/", "FolderMessage", OPERATORS, needs=Needs.FULL_RIGHTS),
    ),
    menu=(Menu("folder", _("Mail folder"), "download", section=Section.FOLDER, alone=True),),
    journal_kinds={
        "mail": _("Mail"),
    },
    journal_actions={
        "sendMailAgain": _("Sent again"),
        "sendAccountInformation": _("Details sent"),
        "sendLogin": _("Details sent"),
        "printLetter": _("Letter printed"),
        "chooseMails": _("Choice of mails changed"),
        "saveMailTemplate": _("Template changed"),
        "resetMailTemplate": _("Template deleted"),
        "changeMailBrand": _("Name, logo and colour changed"),
        "addSenderDomain": _("Sender domain added"),
        "checkSenderDomain": _("Sender domain checked"),
        "confirmSenderDomain": _("Sender domain confirmed"),
        "withdrawSenderDomain": _("Confirmation of the sender domain withdrawn"),
        "removeSenderDomain": _("Sender domain removed"),
    },
)
