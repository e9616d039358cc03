"""Refusals and outages in a person's words: what happened, that nothing was lost, what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.ngnpro import errors, faults


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fault as a page shows it; ``small`` is NGNPro's own code and words, for the small print."""

    what: str
    next_step: str = ""
    small: str = ""


def explain(error: errors.NgnproError) -> Explanation:
    """Say in the viewer's language what an error means and what can be done about it."""
    what, next_step = faults.explain(error)
    small = str(error)
    if isinstance(error, errors.Refusal):
        small = _("NGNPro said %(code)s: %(text)s") % {"code": error.code, "text": error.text}
    return Explanation(_(what), _(next_step) if next_step else "", small)
