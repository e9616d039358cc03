"""Words for what calls are: their directions, how they ended, and what was carried."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PLACED, RECEIVED, MISSED = "placed", "received", "missed"

KINDS = (
    ("", _("All calls")),
    (PLACED, _("Placed")),
    (RECEIVED, _("Received")),
    (MISSED, _("Missed")),
)

# How a call ended that nobody answered, by its SIP code (RFC 3261, section 21).
OUTCOMES: dict[int, str | Promise] = {
    401: _("Not let through"),
    402: _("Not paid for"),
    403: _("Not allowed"),
    404: _("No such number"),
    407: _("Not let through"),
    408: _("Not answered"),
    410: _("No longer there"),
    480: _("Not reachable"),
    484: _("Number too short"),
    486: _("Busy"),
    487: _("Ended before it was answered"),
    488: _("No common sound or picture"),
    500: _("Failed on the way"),
    503: _("Failed on the way"),
    600: _("Busy everywhere"),
    603: _("Declined"),
    604: _("No such number"),
}

MEDIA: dict[str, str | Promise] = {
    "audio": _("Sound"),
    "video": _("Picture"),
    "message": _("Messages"),
    "chat": _("Messages"),
    "file-transfer": _("Files"),
    "desktop-sharing": _("Screen"),
    "image": _("Fax"),
}
