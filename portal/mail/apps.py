"""Mail as a Django application: it imports the declarations of all kinds of mail, and listens to writes."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailConfig(AppConfig):
    name = "portal.mail"
    label = "mail"

    def ready(self) -> None:
        from portal.core import dependents, writes

        from . import kinds, listening
        from .outbox import held
        from .templates import deleted

        kinds.import_mail_kinds()
        # The kinds of other parts of the portal: the module `mails` of each application.
        autodiscover_modules("mails")
        listening.connect_to_writes()
        writes.announced.connect(held.hold_mails, dispatch_uid="held mails")
        writes.noted.connect(held.release_mails, dispatch_uid="held mails")
        writes.settled.connect(held.release_mails_of, dispatch_uid="held mails")
        writes.ended.connect(held.drop_mails, dispatch_uid="held mails")
        writes.ended.connect(deleted.forget_deleted, dispatch_uid="mail of deleted customers")
        dependents.stored_here.connect(deleted.list_stored, dispatch_uid="mail")
