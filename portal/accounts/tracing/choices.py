"""Limits of traces and of links to them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

# How long a link for a carrier may be valid: the days, and their label.
LIFETIMES = {"1": _("1 day"), "3": _("3 days"), "7": _("7 days"), "14": _("14 days")}
USUAL_LIFETIME = "3"
KEPT_FOR = timedelta(days=30)  # rows of links that have ended
MOST_LINKS = 20  # of one call at the same time
MOST_EXPORTED = 20_000
