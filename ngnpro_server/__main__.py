"""The command line: python -m ngnpro_server serve | init-db | seed | add-customer | check-config."""

from __future__ import annotations

import sys

from ngnpro_wire.printing import quiet_when_unread

from .commands import main

with quiet_when_unread():
    status = main(sys.argv[1:])
sys.exit(status)
