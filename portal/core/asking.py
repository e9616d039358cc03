"""Forms that ask again: what is likely not meant is said first, and saved when it is sent once more."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from portal.core.forms import RecordForm, digest
from portal.core.views import FormView, R
from portal.ngnpro import errors


class AskingView(FormView[R]):
    """A form with doubts. Put it before ``AddView`` or ``EditView`` in the bases.

    What is sent again carries a fingerprint of what was doubted, so that only that is saved without a question.
    """

    def doubts(self, before: R | None, wanted: R) -> list[str]:
        """Say what NGNPro would accept and a person hardly means, in sentences."""
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
