"""Mail as a Django application: it imports the declarations of all kinds of mail, and listens to writes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "portal.mail"
    label = "mail"

    def ready(self) -> None:
        from portal.core import writes
        from portal.core.kept_with_records import keep_with
        from portal.ngnpro.records import CustomerAccount

        from . import kinds, listening
        from .outbox import held
        from .text.models import MailBrand, MailChoice, MailTemplate, SenderDomain

        kinds.import_mail_kinds()
        # The kinds of other parts of the portal: the module `mails` of each application.
        autodiscover_modules("mails")
        listening.connect_to_writes()
        writes.announced.connect(held.hold_mails, dispatch_uid="held mails")
        writes.noted.connect(held.release_mails, dispatch_uid="held mails")
        writes.settled.connect(held.release_mails_of, dispatch_uid="held mails")
        writes.ended.connect(held.drop_mails, dispatch_uid="held mails")
        keep_with(CustomerAccount, MailTemplate, "reseller", _("Templates of mails"))
        keep_with(CustomerAccount, MailBrand, "reseller", _("Colour and logo of mails"))
        keep_with(CustomerAccount, SenderDomain, "reseller", _("Sender domains"))
        keep_with(CustomerAccount, MailChoice, "reseller")
