"""The field for time zones, and menus of hundreds of choices, which all forms share."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any

from django import forms
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.time_zones import is_old_name, normal_zone
from portal.core.drawing import draw_long_menu
from portal.core.in_words import zone_in_words

REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)


class LongMenu(forms.Select):
    """A menu of hundreds of texts in one language, whose options are rendered once for all pages."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choices: Any = self.choices
        return draw_long_menu(name, self.build_attrs(self.attrs, attrs), tuple(choices), str(value or ""))


class SharedChoices(BaseChoiceIterator):
    """Choices that all forms share: they are made at the first use, and neither copied nor normalized for each form."""

    def __init__(self, make: Callable[[], Iterable[tuple[str, Any]]]) -> None:
        self._made = cache(lambda: tuple(make()))

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._made())

    def __deepcopy__(self, _memo: Any) -> SharedChoices:
        return self


class TimeZoneField(forms.ChoiceField):
    """A time zone by its IANA name; an old name that is not offered becomes today's. ``empty`` is a label for none."""

    widget = LongMenu

    def __init__(self, *, empty: str | Promise = "", **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        choices = SharedChoices(lambda: [("", empty), *_TIME_ZONES]) if empty else _TIME_ZONES
        values: dict[str, Any] = {"choices": choices, "required": not empty} | kwargs
        super().__init__(**values)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return text if self.valid_value(text) else normal_zone(text) or text


@lru_cache(maxsize=1)
def time_zones() -> list[str]:
    """List the time zones of regions and cities by IANA name, and UTC."""
    names = (name for name in zoneinfo.available_timezones() if name.partition("/")[0] in REGIONS)
    return [*sorted(name for name in names if not is_old_name(name)), "UTC"]


_TIME_ZONES = SharedChoices(lambda: sorted(((name, zone_in_words(name)) for name in time_zones()), key=itemgetter(1)))
