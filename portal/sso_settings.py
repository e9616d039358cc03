"""Django's settings for single sign-on of operators, and of resellers' customers (docs/settings.md)."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from portal import env

# What a group may be given, besides `full` and `read`; several are joined by `+`.
SSO_PERMISSIONS = ("change", "passwords", "calls")

# --- The operators' provider (OpenID Connect), and what its groups may do; without an issuer there is none
SSO_ISSUER = env.text("PORTAL_SSO_ISSUER", "")
SSO_CLIENT_ID = env.text("PORTAL_SSO_CLIENT_ID", "")
SSO_CLIENT_SECRET = env.text("PORTAL_SSO_CLIENT_SECRET", "")
SSO_NAME = env.text("PORTAL_SSO_NAME", "single sign-on")
SSO_SCOPES = env.text("PORTAL_SSO_SCOPES", "openid profile email")
SSO_GROUPS_CLAIM = env.text("PORTAL_SSO_GROUPS_CLAIM", "groups")
SSO_GROUPS = env.pairs("PORTAL_SSO_GROUPS")
SSO_ADD_OPERATORS = env.flag("PORTAL_SSO_ADD_OPERATORS", True)
SSO_TRUST_EMAIL = env.flag("PORTAL_SSO_TRUST_EMAIL", False)
SSO_SECOND_FACTOR = env.words("PORTAL_SSO_SECOND_FACTOR", "")
# Whether operators may sign in with a password as well (`manage.py allow_password` is the way back).
OPERATOR_PASSWORDS = env.flag("PORTAL_OPERATOR_PASSWORDS", True)
# The networks besides public addresses in which resellers' providers may be.
SSO_NETWORKS = env.networks("PORTAL_SSO_NETWORKS", "")

if not SSO_ISSUER and not OPERATOR_PASSWORDS:
    raise ImproperlyConfigured("PORTAL_OPERATOR_PASSWORDS=no needs PORTAL_SSO_ISSUER: else no operator could sign in.")
if SSO_ISSUER and not (SSO_CLIENT_ID and SSO_GROUPS):
    raise ImproperlyConfigured("PORTAL_SSO_ISSUER needs PORTAL_SSO_CLIENT_ID and PORTAL_SSO_GROUPS.")
for _given in SSO_GROUPS.values():
    if _given not in ("full", "read") and not set(_given.split("+")) <= set(SSO_PERMISSIONS):
        raise ImproperlyConfigured(
            f"PORTAL_SSO_GROUPS gives a group full, read, or some of {'+'.join(SSO_PERMISSIONS)}, not {_given!r}."
        )
