"""What a person does in the portal, in the words that are on its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Response

OPERATOR = "operator"


@dataclass
class Person:
    """Sits in front of a browser window and looks for labels, links and buttons."""

    page: Page
    portal: str  # its address, ending in /
    name: str = OPERATOR  # what this person signs in with

    def open(self, path: str) -> Response:
        """Open a page by its address below the portal's."""
        response = self.page.goto(self.portal + path.lstrip("/"))
        assert response is not None
        return response

    def field(self, label: str) -> Locator:
        """Find a field by its label; a required one has a star after it."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))

    def sign_in(self, password: str, name: str = "") -> None:
        """Sign in; with a wrong password the sign-in page stays."""
        if not self.page.url.startswith(self.portal + "session/"):
            self.open("/")
        self.field("Name or SIP address").fill(name or self.name)
        self.field("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()

    def go_to(self, entry: str) -> None:
        """Open a page from the menu."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=entry, exact=True).click()

    def add_domain(self, domain: str) -> None:
        """Add a domain, and see the portal say so."""
        self.go_to("Domains")
        self.page.get_by_role("link", name="Add domain", exact=True).click()
        self.field("Domain").fill(domain)
        self.page.get_by_role("button", name="Add domain").click()
        self.page.get_by_text(f"Domain {domain} was added").wait_for()

    def add_account(self, username: str, domain: str, *, first: str, last: str, email: str, **secrets: str) -> None:
        """Add an account in a domain, with the account information sent by mail."""
        self.go_to("Domains")
        self.page.get_by_role("link", name=domain, exact=True).click()
        self.page.get_by_role("link", name="Add account", exact=True).click()
        self.fill_account(username, domain, first=first, last=last, email=email, **secrets)
        self.page.get_by_label("Send the account information").check()
        self.page.get_by_role("button", name="Add account").click()
        self.page.get_by_text(f"{username}@{domain}").first.wait_for()

    def fill_account(self, username: str, domain: str, *, first: str, last: str, email: str, **secrets: str) -> None:
        """Fill the form of a new account; ``secrets`` are passwords by their labels."""
        fields = {"Username": username, "Domain": domain, "First name": first, "Last name": last, "E-mail": email}
        for label, value in {**fields, **secrets}.items():
            self.field(label).fill(value)

    def links(self) -> list[str]:
        """List where the links of the page lead, as paths within the portal."""
        found = self.page.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.href)")
        inside = [link for link in found if link.startswith(self.portal)]
        return [urlsplit(link).path for link in inside]

    def leads_to_a_page(self, path: str) -> bool:
        """Tell whether a link leads to a page, and not to a file that the browser would keep."""
        answer = self.page.request.get(self.portal + path.lstrip("/"))
        return answer.headers.get("content-type", "").startswith("text/html")
