"""Reading pages as a person does: texts, links, form fields and the messages beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from lxml import html


class Page:
    """A parsed HTML page."""

    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response
        self.root = html.fromstring(getattr(response, "content", b"") or b"<html/>")

    @property
    def text(self) -> str:
        """Return the text of the page's main part, with white space collapsed."""
        main = self.root.find(".//main")
        return " ".join(" ".join((self.root if main is None else main).itertext()).split())

    def rows(self) -> list[list[str]]:
        """Return the texts of the cells of the list, without the checkboxes."""
        lines = [
            [cell for cell in row.iterchildren("th", "td") if cell.get("class") != "tickcell"]
            for row in self.root.iter("tr")
        ]
        return [[" ".join(cell.text_content().split()) for cell in line] for line in lines][1:]

    def error_of(self, name: str) -> str:
        """Return the error message beside a form field."""
        field = self.field(name)
        for identity in (field.get("aria-describedby") or "").split():
            for element in self.root.xpath("//*[@id=$identity]", identity=identity):
                if "error" in identity:
                    return " ".join(element.text_content().split())
        group = field.getparent()
        while group is not None and group.tag != "form":
            messages = group.xpath(".//*[contains(@class, 'invalid-feedback')]")
            if messages:
                return " ".join(messages[0].text_content().split())
            group = group.getparent()
        return ""

    def field(self, name: str) -> Any:
        """Return the field of a form, first of the page's main part: the bar above has a menu of languages."""
        main = self.root.xpath("//main//form//*[@name=$name]", name=name)
        return (main or self.root.xpath("//form//*[@name=$name]", name=name))[0]

    def value_of(self, name: str) -> str:
        field = self.field(name)
        if field.tag == "textarea":
            return str(field.text or "").removeprefix("\n")
        return str(field.value if field.tag == "select" else field.get("value", ""))

    def form_data(self) -> dict[str, Any]:
        """Return what the page's POST form would send unchanged; a browser drops the first newline of a text area."""
        form = next(form for form in self.root.forms if form.method == "POST" and not form.action)
        data: dict[str, Any] = {}
        areas = set(form.xpath(".//textarea/@name"))
        for name, value in form.form_values():
            data.setdefault(name, []).append(value.removeprefix("\n") if name in areas else value)
        return data

    def links(self) -> dict[str, str]:
        return {" ".join(a.text_content().split()): a.get("href") for a in self.root.iter("a")}


def fill(browser: Client, url: str, typed: Mapping[str, str]) -> Any:
    """Open the form of a page, type into it and send it; return the page that follows."""
    return browser.post(url, Page(browser.get(url)).form_data() | typed, follow=True)
