"""The command line of the portal: `manage.py`, or `ngnpro-portal` where it is installed as a package."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from ngnpro_wire.printing import quiet_when_unread


def main() -> None:
    """Run the command that the arguments of the process name; invalid settings end it with a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        with quiet_when_unread():
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"A setting is wrong: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
