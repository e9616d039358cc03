"""The groups of a phonebook (contract: phonebook groups), and how large a file of contacts may be."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, str | Promise] = {
    "vip": _("VIP"),
    "business": _("Business"),
    "coworkers": _("Coworkers"),
    "friends": _("Friends"),
    "family": _("Family"),
}
NO_GROUP = ("", _("No group"))
GROUP_CHOICES = [NO_GROUP, *GROUPS.items()]

NAME_LENGTH, ADDRESS_LENGTH = 128, 255
# Each contact of a file is a call to NGNPro, while a person waits.
MOST, LARGEST = 500, 512 * 1024


def group_of(word: str) -> str | None:
    """Find a group by its name on the wire or in words, whatever the case; ``None`` for a word that is none."""
    wanted = word.strip().casefold()
    if not wanted:
        return ""
    return next((name for name, label in GROUPS.items() if wanted in (name, str(label).casefold())), None)
