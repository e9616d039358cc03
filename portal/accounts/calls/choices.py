"""Labels for the directions, outcomes and media of calls, and for changes of the balance."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

PLACED, RECEIVED, MISSED = "placed", "received", "missed"

KINDS = (
    ("", gettext_lazy("All calls")),
    (PLACED, gettext_lazy("Placed")),
    (RECEIVED, gettext_lazy("Received")),
    (MISSED, gettext_lazy("Missed")),
)

# Outcomes of unanswered calls by SIP status code (RFC 3261, section 21).
OUTCOMES: dict[int, str | Promise] = {
    401: gettext_lazy("Authentication failed"),
    402: gettext_lazy("Payment required"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("No such number"),
    407: gettext_lazy("Authentication failed"),
    408: gettext_lazy("Not answered"),
    410: gettext_lazy("No longer exists"),
    480: gettext_lazy("Not reachable"),
    484: gettext_lazy("Number too short"),
    486: gettext_lazy("Busy"),
    487: gettext_lazy("Ended before it was answered"),
    488: gettext_lazy("No common codec"),
    500: gettext_lazy("Failed in the network"),
    503: gettext_lazy("Failed in the network"),
    600: gettext_lazy("Busy everywhere"),
    603: gettext_lazy("Declined"),
    604: gettext_lazy("No such number"),
}

MEDIA: dict[str, str | Promise] = {
    "audio": gettext_lazy("Audio"),
    "video": gettext_lazy("Video"),
    "message": gettext_lazy("Messages"),
    "chat": gettext_lazy("Messages"),
    "file-transfer": gettext_lazy("Files"),
    "desktop-sharing": gettext_lazy("Screen"),
    "image": gettext_lazy("Fax"),
}


# Action names that NGNPro servers use; unknown names are shown unchanged.
ACTIONS: dict[str, str | Promise] = {
    "Add balance": pgettext_lazy("balance", "Added"),
    "Set balance": pgettext_lazy("balance", "Set"),
    "Debit balance": gettext_lazy("Spent"),
}

# The maximum number of entries that NGNPro's credit history returns in one response, and so of a page or file.
REACH = 5000
LARGEST = 1_000_000
