"""Words of the operators room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .services import LINK, MAIL, PASSWORD

WAYS = (
    (PASSWORD, _("With a one-time password, which you see once")),
    (LINK, _("With a link, which you see once")),
    (MAIL, _("With a link that is sent to the e-mail address")),
)
RIGHTS = ("may_change", "may_see_passwords", "may_see_calls", "tree", "is_active")
