"""`manage.py mcp`: serve assistants by the Model Context Protocol (docs/assistants.md)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Serve an assistant by the Model Context Protocol on standard input and output, with the token in "
        "PORTAL_MCP_TOKEN; or assistants by HTTP. PORTAL_MCP switches it on."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--http", type=int, metavar="PORT", help="serve by streamable HTTP at /mcp of this port")
        parser.add_argument("--host", default="127.0.0.1", help="the address for --http")

    def handle(self, *_args: Any, http: int | None, host: str, **_options: Any) -> None:
        if not settings.MCP:
            raise CommandError("Assistants are switched off. Set PORTAL_MCP=yes to allow them.")
        if http is None and not settings.MCP_TOKEN:
            raise CommandError("Set PORTAL_MCP_TOKEN to a token of the page “API tokens”.")
        from portal.api.assistants import serving  # a second to import, and needed by nothing else

        if http is None:
            serving.serve_standard_streams()
        else:
            serving.serve_http(host, http)
