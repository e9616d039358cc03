"""A real browser for tests: Debian's Chromium, driven by Playwright, with a record of everything that goes wrong."""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from typing import Literal

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from .processes import PATIENCE

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A violation of the Content-Security-Policy is written to the console, which `watched` collects.
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("violates the security policy:", event.violatedDirective, event.blockedURI, event.sample));
"""
STATUS_REMARK = re.compile(r"the server responded with a status of|^Response Status Error Code \d+ from")

# Milliseconds that a browser has for one step: also a slow machine under load takes them.
PATIENCE_MS = 1000 * PATIENCE
expect.set_options(timeout=PATIENCE_MS)

Scheme = Literal["light", "dark"]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run the browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


def new_context(browser: Browser, width: int = 1440, height: int = 900, scheme: Scheme = "light") -> BrowserContext:
    """Open a browser window as a new visitor: without cookies, in English."""
    size: ViewportSize = {"width": width, "height": height}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    return context


@contextlib.contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """Open a page, and fail at the end if the browser reported an error in the meantime.

    Pages with a status such as 503 or 422 are normal pages of the portal; reports about them by the browser or htmx are
    ignored. So are requests that were cancelled because the person opened another page.
    """
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not STATUS_REMARK.search(message.text):
            complaints.append(f"{message.text} ({message.location.get('url')})")

    def note_failure(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.url}: {request.failure}")

    page = context.new_page()
    page.add_init_script(TELL_VIOLATIONS)
    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"script error on {page.url}: {error.stack}"))
    page.on("requestfailed", note_failure)
    yield page
    page.close()
    assert not complaints, "The browser complained:\n" + "\n".join(complaints)
