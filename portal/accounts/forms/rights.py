"""Forms for the groups of an account and for the networks from which it may be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.input_examples import InputKind
from portal.accounts.choices import FOLLOWS, why_not
from portal.core.access import why_not_field
from portal.core.fields import LinesField
from portal.core.forms import CleanForm, RecordForm, add_css_classes
from portal.core.input_help import of_kind
from portal.core.normal_forms import ip_network
from portal.core.viewer import Viewer
from portal.ngnpro import errors
from portal.ngnpro.records import AclEntry, SipAccount

MOST_NETWORKS = 100
LONGEST_TAG = 64
# Names of fields in NGNPro refusals that all belong to the form's only field.
MEMBERS = {"acl", "ip", "mask", "tag"}


class NetworksForm(RecordForm[SipAccount]):
    """A form for networks, one per line with an optional tag; unchanged lines keep their stored entries."""

    room = "accounts"
    record_class = SipAccount
    sections = ((gettext_lazy("Networks"), ("acl",)),)

    acl = of_kind(
        InputKind.NETWORK,
        LinesField(
            label=gettext_lazy("This account may be used from"),
            help_text=gettext_lazy(
                "One network or address per line, IPv4 or IPv6, with a note for people behind it: 192.0.2.0/24 Office, "
                "or 2001:db8:41::/48 Branch. Empty for everywhere."
            ),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["acl"].widget.attrs |= {"rows": 8}
        self.known: dict[str, AclEntry] = {acl_line(entry): entry for entry in self.initial.get("entries", ())}

    @classmethod
    def initial_from(cls, record: SipAccount) -> dict[str, Any]:
        return {"acl": [acl_line(entry) for entry in record.acl], "entries": record.acl}

    def shown(self, record: SipAccount, name: str) -> Any:
        return tuple(acl_line(entry) for entry in record.acl)

    def clean_acl(self) -> tuple[AclEntry, ...]:
        lines: tuple[str, ...] = self.cleaned_data["acl"]
        if len(lines) > MOST_NETWORKS:
            raise ValidationError(_("At most %(most)s networks.") % {"most": MOST_NETWORKS})
        problems, entries = [], []
        for number, line in enumerate(lines, 1):
            try:
                entries.append(self.known.get(line) or entry_of(line))
            except ValidationError as error:
                problems.append(_("Line %(number)s: %(problem)s") % {"number": number, "problem": error.messages[0]})
        problems += list(_twice(entries))
        if problems:
            raise ValidationError(problems)
        return tuple(entries)

    def field_of(self, refusal: errors.Refusal) -> str:
        """Return the field of a refusal; all parts of an entry belong to the field ``acl``."""
        return "acl" if refusal.field in MEMBERS else super().field_of(refusal)


def acl_line(entry: AclEntry) -> str:
    """Format an entry as a line: the network, and its tag if it has one."""
    return f"{entry.ip}/{entry.mask} {entry.tag}".strip()


def entry_of(line: str) -> AclEntry:
    """Parse a line. Raises ``ValidationError``, if possible with a suggestion."""
    text, _space, tag = re.sub(r"\s*/\s*", "/", line, count=1).partition(" ")
    network = ip_network(text)
    if len(tag.strip()) > LONGEST_TAG:
        raise ValidationError(_("The note has at most %(most)s characters.") % {"most": LONGEST_TAG})
    return AclEntry(ip=str(network.network_address), mask=network.prefixlen, tag=tag.strip())


def _twice(entries: list[AclEntry]) -> Iterator[str]:
    seen = set()
    for entry in entries:
        key = (entry.ip, entry.mask)
        if key in seen:
            yield _("%(network)s is listed twice.") % {"network": f"{entry.ip}/{entry.mask}"}
        seen.add(key)


class GroupForm(CleanForm):
    """A form that adds an account to a group, or removes it from one."""

    group = forms.RegexField(
        r"^[a-z0-9][a-z0-9_.-]*$",
        label=gettext_lazy("Another right, by its name"),
        max_length=64,
        help_text=gettext_lazy("Lower-case letters, digits and - _ . up to 64, as this platform knows it."),
        error_messages={"invalid": gettext_lazy("Lower-case letters, digits and - _ . only.")},
    )
    take = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: object, account: SipAccount, viewer: Viewer, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.account, self.viewer = account, viewer
        add_css_classes(self)

    def clean_group(self) -> str:
        group: str = self.cleaned_data["group"]
        reason = FOLLOWS.get(group) or why_not_field(self.viewer, f"accounts.groups.{group}")
        if group in self.account.groups:
            reason = why_not(group, self.account, self.viewer)
        if reason:
            raise ValidationError(reason)
        return group
