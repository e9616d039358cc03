"""A server that leaves all rights to its clients: it takes every caller for its administrator."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.support.portal import Platform

AUTH = re.compile(rb"<auth>.*?</auth>", re.DOTALL)


def obey(platform: Platform) -> None:
    """Let the server take every caller for its administrator."""
    app, login = platform.adapter.app, platform.server.config.administrator
    members = f"<username>{login.username}</username><password>{login.password}</password><admin>true</admin>"

    def promoted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = AUTH.sub(f"<auth>{members}</auth>".encode(), environ["wsgi.input"].read())
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return app(environ, start_response)

    platform.adapter.app = promoted
