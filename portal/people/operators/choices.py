"""Choices in the forms of the operators room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# How an operator signs in the first time: a password or a link that is shown once, or a link by mail.
PASSWORD, LINK, MAIL = "password", "link", "mail"
WAYS = (
    (PASSWORD, _("With a one-time password, which you see once")),
    (LINK, _("With a link, which you see once")),
    (MAIL, _("With a link that is sent to the e-mail address")),
)
RIGHTS = ("may_change", "may_see_passwords", "may_see_calls", "tree", "is_active")
