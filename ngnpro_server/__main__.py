"""The command line: ngnpro-server, or python -m ngnpro_server, with serve, init-db, seed, add-customer and others."""

from __future__ import annotations

import sys

from ngnpro_wire.printing import quiet_when_unread

from .commands import main


def run() -> None:
    """Run the command that the arguments of the process name, and end the process with its status."""
    with quiet_when_unread():
        status = main(sys.argv[1:])
    sys.exit(status)


if __name__ == "__main__":
    run()
