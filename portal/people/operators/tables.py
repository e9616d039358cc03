"""The list of operators."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp, link, moment, muted

from .models import Operator


class OperatorTable(Table[Operator]):
    caption = gettext_lazy("Operators")
    default_sort = "username"
    columns = (
        Column("username", gettext_lazy("Operator"), sort="username"),
        Column("email", gettext_lazy("E-mail"), sort="email", css="keep"),
        Column("rights", gettext_lazy("Permissions")),
        Column("second_factor", gettext_lazy("Second factor")),
        Column("is_active", gettext_lazy("Can sign in"), sort="is_active"),
        Column("last_login", gettext_lazy("Last sign-in"), sort="last_login", css="num muted card-skip"),
    )

    def cell_username(self, record: Operator) -> SafeString:
        page = link(page_url("people:operators:edit", record.pk), record.username, css="addr")
        return markup('{}<span class="sub">{}</span>', page, record.name) if record.name else page

    def cell_email(self, record: Operator) -> str | SafeString:
        return record.email or muted(_("None"))

    def cell_rights(self, record: Operator) -> str | SafeString:
        lacks = [words for has, words in _switches(record) if not has]
        limited = [_("only %(reseller)s") % {"reseller": self.names.show(record.tree)}] if record.tree else []
        return ", ".join([*limited, *lacks]) if limited or lacks else _("All permissions")

    def cell_second_factor(self, record: Operator) -> SafeString:
        return lamp("on", _("Set up")) if record.has_second_factor() else lamp("", _("None"))

    def cell_is_active(self, record: Operator) -> SafeString:
        return lamp("on", _("Yes")) if record.is_active else lamp("bad", _("Disabled"))

    def cell_last_login(self, record: Operator) -> SafeString:
        return moment(record.last_login) if record.last_login else muted(_("Never"))


def _switches(record: Operator) -> tuple[tuple[bool, str], ...]:
    return (
        (record.may_change, _("read-only")),
        (record.may_see_passwords, _("no passwords")),
        (record.may_see_calls, _("no call data")),
    )
