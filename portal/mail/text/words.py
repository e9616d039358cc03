"""Words in mails that are not in a template: names of fields, codes and roles, in the recipient's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.viewer import Role

OTHERS = _("Other settings")
# Members and properties of an account that users know, by wire name.
FIELDS: dict[str, Promise] = {
    "firstName": _("First name"),
    "lastName": _("Last name"),
    "email": _("E-mail address"),
    "password": _("SIP password"),
    "web_password": _("Web password"),
    "timezone": _("Time zone"),
    "language": _("Language"),
    "rpid": _("Caller-ID"),
    "groups": _("Rights"),
    "owner": _("Owner"),
    "prepaid": _("Prepaid"),
    "quota": _("Monthly quota"),
    "acl": _("Allowed networks"),
    "callLimit": _("Concurrent calls"),
    "timeout": _("No-answer timeout in seconds"),
    "quickdialPrefix": _("Prefix for short numbers"),
    "region": _("Region for emergency calls"),
}
CODES: tuple[tuple[str, Promise], ...] = (
    ("voicemail_access_number", _("Listen to voicemail")),
    ("FUNC_access_number", _("Forward all calls")),
    ("FNOL_access_number", _("Forward when not online")),
    ("FNOA_access_number", _("Forward when not answered")),
    ("FBUS_access_number", _("Forward when busy")),
    ("change_privacy_access_number", _("Hide or show your number")),
    ("check_privacy_access_number", _("Check whether your number is hidden")),
    ("reject_anonymous_access_number", _("Reject anonymous calls")),
)
ROLES: dict[Role, Promise] = {
    Role.OPERATOR: _("Operator"),
    Role.RESELLER: _("Reseller"),
    Role.CUSTOMER: _("Customer"),
    Role.SUBSCRIBER: _("Subscriber"),
}


def field_words(names: Iterable[str]) -> list[Promise]:
    """Return the words for members of an account; all without their own word are one entry."""
    found = dict.fromkeys(FIELDS.get(name, OTHERS) for name in names)
    return list(found)
