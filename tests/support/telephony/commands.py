"""A SIP proxy of which only the commands are there: it notes those that it gets by JSON-RPC, and carries out none."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class CommandServer:
    """The address of the commands, those that arrived, and whether they are refused."""

    url: str = ""
    received: list[str] = field(default_factory=list)
    refuses: bool = False

    @property
    def name(self) -> str:
        """The name under which pages show it."""
        return self.url.removeprefix("http://").removesuffix("/RPC")

    def answer(self, call: dict[str, object]) -> dict[str, object]:
        """Note a command and return the answer."""
        params = call["params"]
        assert isinstance(params, list)
        self.received.append(" ".join([str(call["method"]), *map(str, params)]))
        result = {"error": {"code": 500, "message": "Reload failed"}} if self.refuses else {"result": "ok"}
        return {"jsonrpc": "2.0", "id": call["id"], **result}


@contextlib.contextmanager
def command_server() -> Iterator[CommandServer]:
    """Run one at a free port of this machine."""
    found = CommandServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(found.answer(call)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found.url = f"http://127.0.0.1:{server.server_port}/RPC"
        yield found
        server.shutdown()
