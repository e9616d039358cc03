"""The programs room as a Django application, which stores tokens, used nonces and entries of chat journals."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "portal.accounts.programs"
    label = "programs"
