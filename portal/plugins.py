"""Rooms that other packages add to the portal: found by their entry points, and checked before they are loaded."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from django.core.exceptions import ImproperlyConfigured

GROUP = "ngnpro_portal.rooms"
# The version of what docs/plugins.md promises. It is raised when a plug-in that works may stop to work.
INTERFACE = 1


def rooms_of_plugins() -> list[str]:
    """Return the modules of the rooms that installed packages add, in the order of the names of their entry points.

    Raises ``ImproperlyConfigured`` for a plug-in that cannot be imported or is for another version of the interface.
    """
    return [_checked(found) for found in sorted(entry_points(group=GROUP), key=lambda found: found.name)]


def _checked(found: EntryPoint) -> str:
    whose = f"The plug-in {found.name!r} of the package {found.dist.name if found.dist else 'that is unknown'}"
    try:
        package = import_module(found.value)
    except ImportError as error:
        raise ImproperlyConfigured(f"{whose} cannot be imported ({error}). Install it again, or remove it.") from error
    version = getattr(package, "PORTAL_INTERFACE", None)
    if version != INTERFACE:
        raise ImproperlyConfigured(
            f"{whose} is for version {version} of the portal's plug-in interface, but this portal has version "
            f"{INTERFACE}. Install a version of the plug-in for this portal, or remove it."
        )
    return found.value
