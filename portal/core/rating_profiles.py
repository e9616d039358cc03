"""The page of rating profiles, which accounts and customers have alike: its form, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.dependents import Dependents
from portal.core.fields import offer_stored
from portal.core.form_views import EditView
from portal.core.forms import RecordForm
from portal.core.zone_fields import LongMenu, time_zones
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import RatingEntityProfiles

WORDS: dict[str, str | Promise] = {
    "profileWeekday": _("Profile on weekdays"),
    "profileWeekdayAlt": _("Alternative on weekdays"),
    "profileWeekend": _("Profile at weekends"),
    "profileWeekendAlt": _("Alternative at weekends"),
    "timezone": _("Time zone"),
}
PROFILES = ("profile_weekday", "profile_weekday_alt", "profile_weekend", "profile_weekend_alt")


def find_profiles(ngnpro: Ngnpro, entity: str) -> RatingEntityProfiles:
    """Fetch the rating profiles of an entity; empty ones if it has none. Raises ``Missing`` if there is no entity."""
    try:
        return ngnpro.rating.get_entity_profiles(entity)
    except errors.Missing as missing:
        if missing.code != FaultCode.RATING_MISSING:
            raise
    return RatingEntityProfiles(entity=entity)


def profiles_lost_with(ngnpro: Ngnpro, entity: str) -> Iterator[Dependents]:
    """Yield whether an entity has rating profiles, which are deleted with it; nothing for who may not see them."""
    with suppress(errors.NotPermitted):
        yield Dependents(_count_profiles(ngnpro, entity), _now("Rating profiles"))


def _count_profiles(ngnpro: Ngnpro, entity: str) -> int | None:
    try:
        return int(bool(find_profiles(ngnpro, entity).profile_weekday))
    except (errors.NotOffered, errors.Missing):
        return 0
    except errors.NotPermitted:
        raise
    except errors.NgnproError:
        return None


def store_profiles(ngnpro: Ngnpro, before: RatingEntityProfiles | None, wanted: RatingEntityProfiles) -> None:
    """Store rating profiles; without one for weekdays they are removed."""
    if wanted.profile_weekday:
        ngnpro.rating.set_entity_profiles(wanted)
    elif before is None or before.profile_weekday:
        ngnpro.rating.delete_entity_profiles(wanted.entity)


class RatingForm(RecordForm[RatingEntityProfiles]):
    """A form for rating profiles; all empty removes them. ``room`` is that of the page."""

    record_class = RatingEntityProfiles
    sections = (
        (_("Weekdays"), ("profile_weekday", "profile_weekday_alt")),
        (_("Weekends"), ("profile_weekend", "profile_weekend_alt", "timezone")),
    )

    profile_weekday = forms.CharField(
        label=_("Profile"),
        max_length=64,
        required=False,
        help_text=_("Name of a price list of the rating engine. Empty for none of its own."),
    )
    profile_weekday_alt = forms.CharField(
        label=_("Alternative"), max_length=64, required=False, help_text=_("Rates what the profile has no price for.")
    )
    profile_weekend = forms.CharField(
        label=_("Profile"), max_length=64, required=False, help_text=_("Empty for that of weekdays.")
    )
    profile_weekend_alt = forms.CharField(
        label=_("Alternative"), max_length=64, required=False, help_text=_("Rates what the profile has no price for.")
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        widget=LongMenu,
        help_text=_("Decides when a weekend begins. Empty for the platform's."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [("", _now("The platform's")), *((name, name.replace("_", " ")) for name in time_zones())]
        self.fields["timezone"].choices = zones  # type: ignore[attr-defined]
        offer_stored(self.fields["timezone"], self.initial.get("timezone"))

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if not typed.get("profile_weekday") and any(typed.get(name) for name in (*PROFILES, "timezone")):
            text = _now("Type a profile for weekdays, too, or leave all fields empty for no profiles.")
            self.add_error("profile_weekday", text)
        return typed


class RatingPage(EditView[RatingEntityProfiles]):
    """A page that changes the rating profiles of what is in its URL: ``entity``.

    ``wider``: the entity whose profiles apply without own ones; empty if there is none, or it is not known.
    """

    title = _("Rating profiles")
    button = _("Save rating profiles")

    @property
    def entity(self) -> str:
        raise TypeError(f"{type(self).__name__} has to say whose profiles it shows.")

    @property
    def wider(self) -> str:
        return ""

    def get_record(self) -> RatingEntityProfiles:
        return find_profiles(self.ngnpro, self.entity)

    @cached_property
    def default(self) -> RatingEntityProfiles | None:
        """Return the wider profiles; ``None`` if there are none."""
        return or_none(self.ngnpro.rating.get_entity_profiles, self.wider) if self.wider else None

    def submit(self, record: RatingEntityProfiles) -> RatingEntityProfiles | None:
        store_profiles(self.ngnpro, self.before, record)
        return None
