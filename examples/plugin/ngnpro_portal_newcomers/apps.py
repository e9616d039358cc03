"""The plug-in as a Django application: it listens to writes, and adds a column to the list of accounts."""

from django.apps import AppConfig


class NewcomersConfig(AppConfig):
    name = "ngnpro_portal_newcomers"
    label = "newcomers"

    def ready(self) -> None:
        from portal.accounts.tables import AccountTable
        from portal.core import writes
        from portal.core.tables import Column

        from .services import note_newcomer

        writes.ended.connect(note_newcomer, dispatch_uid="newcomers")
        column = Column("person", "Person", css="card-skip two", is_extra=True)
        AccountTable.add_column(column, lambda account: f"{account.first_name} {account.last_name}")
