"""Whose numbers and ranges are: a change that takes or touches those of another customer is refused before it is sent.

NGNPro's server may leave this to its clients. Operators may change the records of everybody.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core.in_words import number_in_groups
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Ngnpro, errors, pattern_beginning
from portal.ngnpro.records import EnumNumber, EnumRange, EnumRangeFilter

_PAGE = 1000


class RangesByDigit:
    """The ranges that begin with a digit, fetched once for each first digit and ENUM domain."""

    def __init__(self, ngnpro: Ngnpro) -> None:
        self._ngnpro = ngnpro
        self._found: dict[tuple[str, str], list[EnumRange]] = {}

    def near(self, digits: str, tld: str) -> list[EnumRange]:
        """Return all ranges with the first digit of a number or prefix, at least one call for a new one."""
        first = (digits[:1], tld)
        if first not in self._found:
            conditions = EnumRangeFilter(prefix=pattern_beginning(first[0]), tld=tld)
            self._found[first] = list(self._ngnpro.enum.iter_ranges(conditions, page_size=_PAGE))
        return self._found[first]

    def around(self, digits: str, tld: str) -> EnumRange | None:
        """Return the narrowest range that holds a number, which is the one that counts in NGNPro; ``None`` for none."""
        holding = [one for one in self.near(digits, tld) if digits.startswith(one.id.prefix)]
        return max(holding, key=lambda one: len(one.id.prefix), default=None)


class _OwnershipCheck:
    def __init__(self, ngnpro: Ngnpro, viewer: Viewer) -> None:
        self._viewer = viewer
        self._ranges = RangesByDigit(ngnpro)

    def _near(self, digits: str, tld: str) -> list[EnumRange]:
        try:
            return self._ranges.near(digits, tld)
        except (errors.NotOffered, errors.NotPermitted):
            return []  # a server that lists no ranges to customers checks them itself


class NumberOwnership(_OwnershipCheck):
    """Raises ``NotPermitted`` for a number of another customer, and for a new one in the range of another customer."""

    def __call__(self, before: EnumNumber | None, after: EnumNumber | None) -> None:
        if self._viewer.effective_role is Role.OPERATOR:
            return
        if before is not None and not is_theirs(self._viewer, before):
            raise errors.NotPermitted(0, _("This number belongs to another customer."), "number")
        if before is None and after is not None and self._near(after.id.number, after.id.tld):
            inside = self._ranges.around(after.id.number, after.id.tld)
            if inside is not None and not is_theirs(self._viewer, inside):
                raise errors.NotPermitted(0, _("This number is in a range of another customer."), "number")


class RangeOwnership(_OwnershipCheck):
    """Raises ``NotPermitted`` for a range of another customer, and for a new one that overlaps such a range."""

    def __call__(self, before: EnumRange | None, after: EnumRange | None) -> None:
        if self._viewer.effective_role is Role.OPERATOR:
            return
        if before is not None and not is_theirs(self._viewer, before):
            raise errors.NotPermitted(0, _("This range belongs to another customer."), "prefix")
        if before is None and after is not None:
            for other in self._near(after.id.prefix, after.id.tld):
                if _overlap(other.id.prefix, after.id.prefix) and not is_theirs(self._viewer, other):
                    words = {"range": number_in_groups(other.id.prefix)}
                    sentence = _("It overlaps with the range %(range)s, which belongs to another customer.")
                    raise errors.NotPermitted(0, sentence % words, "prefix")


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def is_theirs(viewer: Viewer, record: EnumNumber | EnumRange) -> bool:
    """Return whether a reseller or customer may change a number, or use a range; one without an owner anybody may.

    A reseller may if it is of one of their customers, a customer if it is theirs.
    """
    own = viewer.own_customer
    if viewer.effective_role is Role.RESELLER:
        return record.reseller in (0, own) and (record.reseller == own or record.customer in (0, own))
    if isinstance(record, EnumNumber) and record.owner == own:
        return True
    reseller = viewer.acting.reseller if viewer.acting else viewer.reseller
    return record.customer in (0, own) and record.reseller in (0, reseller, own)
