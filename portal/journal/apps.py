"""The journal room as a Django application, which listens to the signals of writes."""

from django.apps import AppConfig

from portal.core import writes


class JournalConfig(AppConfig):
    name = "portal.journal"
    label = "journal"

    def ready(self) -> None:
        from . import keeper

        writes.begun.connect(keeper.add_entries, dispatch_uid="journal")
        writes.closed.connect(keeper.complete_entries, dispatch_uid="journal")
