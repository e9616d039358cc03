"""The plug-in as a Django application: it listens to writes, and adds a column, a property and a check."""

from django.apps import AppConfig


class NewcomersConfig(AppConfig):
    name = "ngnpro_portal_newcomers"
    label = "newcomers"

    def ready(self) -> None:
        from portal.accounts.tables import AccountTable
        from portal.core import writes
        from portal.core.tables import Column
        from portal.customers.properties.choices import add_property_group
        from portal.lcr.lint.checks import add_check

        from .checks import gateways_of_one_host
        from .properties import WELCOME
        from .services import note_newcomer

        writes.ended.connect(note_newcomer, dispatch_uid="newcomers")
        column = Column("person", "Person", css="card-skip two", is_extra=True)
        AccountTable.add_column(column, lambda account: f"{account.first_name} {account.last_name}")
        add_property_group(WELCOME)
        add_check(gateways_of_one_host)
