"""What a person does in the portal, described with the texts on its pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from playwright.sync_api import Locator, Page, Response

OPERATOR = "operator"


@dataclass
class Person:
    """A person in front of a browser window who finds labels, links and buttons by their texts."""

    page: Page
    portal: str  # its address, ending in /
    name: str = OPERATOR  # the name and the password that this person signs in with

    def open(self, path: str) -> Response:
        """Open a page by its path within the portal."""
        response = self.page.goto(self.portal + path.lstrip("/"))
        assert response is not None
        return response

    def field(self, label: str) -> Locator:
        """Find a field by its label; the label of a required field ends with a star."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))

    def sign_in(self, password: str, name: str = "") -> None:
        """Sign in; with an invalid password the sign-in page stays open."""
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
        """Add a domain and check that the portal confirms it."""
        self.go_to("Domains")
        self.page.get_by_role("link", name="Add domain", exact=True).click()
        self.field("Domain").fill(domain)
        self.page.get_by_role("button", name="Add domain").click()
        self.page.get_by_text(f"Domain {domain} was added").wait_for()

    def add_account(self, username: str, domain: str, *, first: str, last: str, email: str, **secrets: str) -> None:
        """Add an account in a domain and have the account information sent by mail."""
        self.go_to("Domains")
        self.page.get_by_role("link", name=domain, exact=True).click()
        self.page.get_by_role("link", name="Add account", exact=True).click()
        self.fill_account(username, domain, first=first, last=last, email=email, **secrets)
        self.page.get_by_label("Send details").check()
        self.page.get_by_role("button", name="Add account").click()
        self.page.get_by_text(f"{username}@{domain}").first.wait_for()

    def fill_account(self, username: str, domain: str, *, first: str, last: str, email: str, **secrets: str) -> None:
        """Fill in the form of a new account; ``secrets`` maps the labels of password fields to passwords."""
        fields = {"Username": username, "Domain": domain, "First name": first, "Last name": last, "E-mail": email}
        if secrets:
            self.page.locator("details.form-more > summary").click()
        for label, value in {**fields, **secrets}.items():
            self.field(label).fill(value)

    def links(self) -> list[str]:
        """Return the targets of the links on the page, as paths within the portal, with their queries."""
        found = self.page.evaluate(
            "[...document.querySelectorAll('a[href]')].map((link) => new URL(link.getAttribute('href'), location).href)"
        )
        inside = [link for link in found if link.startswith(self.portal)]
        return [urlunsplit(urlsplit(link)._replace(scheme="", netloc="", fragment="")) for link in inside]

    def leads_to_a_page(self, path: str) -> bool:
        """Return whether a link points to a page, not to a file that the browser would download."""
        answer = self.page.request.get(self.portal + path.lstrip("/"))
        return answer.headers.get("content-type", "").startswith("text/html")
