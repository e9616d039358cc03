"""The command line: python -m ngnpro_server serve | init-db | seed | add-customer | check-config."""

from __future__ import annotations

import sys

from .commands import main

sys.exit(main(sys.argv[1:]))
