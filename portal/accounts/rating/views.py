"""The page of an account's rating profiles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from portal.accounts.pages import AccountPage
from portal.core.rating_profiles import RatingForm, RatingPage
from portal.ngnpro.ports.rating import entity_of_account, entity_of_customer
from portal.ngnpro.records import RatingEntityProfiles


class AccountRatingForm(RatingForm):
    room = "accounts:rating"


class AccountRating(AccountPage, RatingPage):
    """Change the rating profiles of an account; says which apply without them."""

    template_name = "accounts/rating/edit.html"
    form_class = AccountRatingForm

    @property
    def entity(self) -> str:
        return entity_of_account(self.account.id)

    @property
    def wider(self) -> str:
        owner = self.account.customer or self.account.owner
        return entity_of_customer(owner) if owner else ""

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        return super().show(status, default=None if status == 503 else self.default, **context)

    def of_whom(self) -> dict[str, Any]:
        return {"about": ("account", str(self.sip_id)), "part": "rating"}

    def done(self, record: RatingEntityProfiles) -> HttpResponse:
        messages.success(self.request, _("The rating profiles of %(address)s were saved.") % {"address": self.sip_id})
        return HttpResponseRedirect(self.request.path)
