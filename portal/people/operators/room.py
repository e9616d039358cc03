"""The declaration of the operators room: its pages, who may open them, and its line in the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.rooms import ALWAYS, OPERATORS, Menu, Needs, Page, Room, Section

ROOM = Room(
    "people:operators",
    path="operators/",
    pages=(
        Page("list", "", "OperatorList", OPERATORS, needs=Needs.FULL_RIGHTS),
        Page("add", "add/", "OperatorAdd", OPERATORS, writes=ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("added", "<int:operator>/added/", "OperatorAdded", OPERATORS, needs=Needs.FULL_RIGHTS),
        Page("edit", "<int:operator>/edit/", "OperatorEdit", OPERATORS, writes=ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("renew", "<int:operator>/renew/", "OperatorRenew", OPERATORS, writes=ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("reset", "<int:operator>/reset/", "OperatorReset", OPERATORS, writes=ALWAYS, needs=Needs.FULL_RIGHTS),
        Page("delete", "<int:operator>/delete/", "OperatorDelete", OPERATORS, writes=ALWAYS, needs=Needs.FULL_RIGHTS),
    ),
    menu=(Menu("list", _("Operators"), "account", section=Section.SETTINGS),),
    for_all_servers=True,
    journal_kinds={
        "operator": _("Operator"),
    },
    journal_actions={
        "renewOperator": _("New way to sign in"),
        "resetSecondFactor": _("Second factors removed"),
        "changePassword": _("Password changed"),
        "setPassword": _("Password set with a link"),
        "addAuthenticatorApp": _("Authenticator app added"),
        "addPasskey": _("Passkey added"),
        "makeRecoveryCodes": _("Recovery codes made"),
        "removeSecondFactor": _("Second factor removed"),
        "requireFactor": _("Who must have a second factor"),
    },
)
