"""Words for the movements of a balance."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# As NGNPro servers name them; others are shown in their own words.
ACTIONS: dict[str, str | Promise] = {
    "Add balance": _("Added"),
    "Set balance": _("Set"),
    "Debit balance": _("Spent"),
}

# The most that NGNPro's history gives in one answer, and that one page or file can reach back.
REACH = 5000
LARGEST = 1_000_000
