"""Forms that ask for confirmation before they save input that is probably a mistake."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from portal.core.forms import RecordForm, digest
from portal.core.views import FormView, R
from portal.ngnpro import errors


class AskingView(FormView[R]):
    """A form that asks for confirmation of doubtful input. Put it before ``AddView`` or ``EditView`` in the bases.

    The confirming request carries a fingerprint of the input that was doubted; other input is checked again.
    """

    def doubts(self, before: R | None, wanted: R) -> list[str]:
        """Return sentences about input that NGNPro would accept but that is probably a mistake."""
        raise TypeError(f"{type(self).__name__} has to say what it doubts.")

    def save(self, form: RecordForm[R], wanted: R, **context: Any) -> HttpResponse:
        try:
            doubts = self.doubts(context.get("record"), wanted)
        except errors.Outage as outage:
            return self.keep(form, outage, **context)
        confirmed = digest(wanted)
        if doubts and self.request.POST.get("confirmed") != confirmed:
            return self.show(422, form=form, doubts=doubts, confirmed=confirmed, **context)
        return super().save(form, wanted, **context)
