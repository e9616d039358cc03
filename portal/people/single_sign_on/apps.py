"""The room for single sign-on as a Django application; the provider of a reseller is deleted with the reseller."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SingleSignOnConfig(AppConfig):
    name = "portal.people.single_sign_on"
    label = "single_sign_on"

    def ready(self) -> None:
        from portal.core.kept_with_records import keep_with
        from portal.ngnpro.records import CustomerAccount

        from .models import ResellerProvider

        keep_with(CustomerAccount, ResellerProvider, "reseller", _("Provider for single sign-on"))
