"""HTML and URLs made by our own code equal Django's."""

from __future__ import annotations

import pytest
from django.template import engines
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from portal.core.markup import drawn, markup, page_url
from portal.core.rooms import pages

HOSTILE = "<script>alert(\"1\")</script> & 'x'"
VALUES = (HOSTILE, mark_safe("<b>safe</b>"), 5, 1234.5, None, gettext_lazy("Anything"), "Zoë")
KEYS = ("alice@example.com", "a/b c", "..", ".x", "", "é%~", "a?b#c&d=e;f")


@pytest.mark.parametrize("value", VALUES)
def test_markup_escapes_as_django_does(value: object) -> None:
    ours, theirs = (make('<a title="{}">{}</a>', value, value) for make in (markup, format_html))
    assert ours == theirs
    assert isinstance(ours, SafeString)


def test_a_lazy_translation_is_in_the_language_of_the_page_and_safe_only_if_its_message_is() -> None:
    texts = [gettext_lazy("<b>Sunday</b>"), gettext_lazy(mark_safe("<b>Sunday</b>")), gettext_lazy("Sunday")]
    for language in ("en", "de", "en"):
        with translation.override(language):
            assert [markup("{}", text) for text in texts] == [format_html("{}", text) for text in texts]


def test_markup_escapes_values_with_names() -> None:
    assert markup("{who}", who=HOSTILE) == format_html("{who}", who=HOSTILE)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_drawn_as_a_template_draws_it(value: object) -> None:
    template = engines["django"].from_string("{{ value }}")
    assert drawn(value) == template.render({"value": value})


def test_the_url_of_a_page_is_the_one_that_django_finds() -> None:
    compared = 0
    for page in pages():
        for parts in ((), ("alice@example.com",), (7,), ("a b", "c/d"), (7, "x")):
            try:
                expected = reverse(page, args=parts)
            except NoReverseMatch:
                continue
            assert page_url(page, *parts) == expected, page
            compared += 1
    assert compared > len(pages())


@pytest.mark.parametrize("key", KEYS)
def test_a_key_in_a_url_is_encoded_as_django_encodes_it(key: str) -> None:
    assert page_url("accounts:detail", key) == reverse("accounts:detail", args=[key])


def test_a_page_that_does_not_exist_has_no_url() -> None:
    with pytest.raises(NoReverseMatch):
        page_url("accounts:nothing")
    with pytest.raises(NoReverseMatch):
        page_url("nothing:list")


def test_a_fixed_tag_follows_the_language() -> None:
    template = engines["django"].from_string('{% load i18n %}{% translate "Yes" %}')
    seen = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            seen.append(template.render())
    assert seen == ["Yes", "Ja", "Yes"]


def test_a_tag_with_a_variable_is_not_fixed() -> None:
    template = engines["django"].from_string(
        "{% load i18n static %}{% translate word %} {% static name %} "
        "{% url page %} {% url 'customers:detail' number %}"
    )
    for word, name, page, number in (("a<b", "x.css", "accounts:list", 3), ("c", "y.css", "domains:list", 4)):
        context = {"word": word, "name": name, "page": page, "number": number}
        room = page.partition(":")[0]
        word = word.replace("<", "&lt;")
        assert template.render(context) == f"{word} /static/{name} /{room}/ /customers/{number}/"
