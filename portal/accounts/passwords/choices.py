"""Which passwords an account has, and who may set and see them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core.viewer import Role, Viewer
from portal.core.web_passwords import WEB_PASSWORD
from portal.ngnpro.records import SipAccount

SIP, WEB = "sip", "web"
DENIED = "deny-password-change"


def why_not_set(which: str, account: SipAccount, viewer: Viewer) -> str:
    """Say why a viewer may not set a password; empty when he may."""
    if which == SIP and DENIED in account.groups and viewer.effective_role is Role.SUBSCRIBER:
        return _("Your provider sets this password. Ask there for another one.")
    return ""


def why_not_shown(account: SipAccount, viewer: Viewer) -> str:
    """Return why the SIP password cannot be shown; empty if it can.

    An account's user sees it only where they sign in with it. A web password may have been set by somebody who may
    change accounts but not see passwords, or by a link to an e-mail address that such a person changed.
    """
    if not account.password:
        return _("It is stored encrypted: nobody can see it, only set another one.")
    if not viewer.may_see_passwords:
        return _("You may not see passwords. An operator with full rights can change that.")
    if DENIED in account.groups and viewer.effective_role is Role.SUBSCRIBER:
        return _("Your provider keeps this password.")
    if viewer.role is Role.SUBSCRIBER and account.get_property(WEB_PASSWORD):
        return _("It is shown only to those who sign in with it, and this account has a web password. Set a new one.")
    return ""
