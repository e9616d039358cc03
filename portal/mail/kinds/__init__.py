"""The kinds of mail about accounts and customers: a module for each."""

from importlib import import_module
from pkgutil import iter_modules


def import_mail_kinds() -> None:
    """Import every module of this package, so that each registers its kind."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
