"""The sandbox of templates: what templates may contain, and that they cannot escape it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from portal.mail.registry import BRAND_VARIABLES, MailKind, mail_kinds
from portal.mail.text import wording
from portal.mail.text.sandbox import FILTERS, TAGS, SandboxTemplate, TemplateFault, to_plain

NAMES, KEYS = {"name", "links", "secret"}, {"url", "login"}
VALUES: dict[str, Any] = {"name": "Ada", "links": [{"url": "https://a.example", "login": "ada"}], "secret": ""}


def fill(source: str, *, escape: bool = False, **values: Any) -> str:
    return SandboxTemplate(source, NAMES, KEYS).fill({**VALUES, **values}, escape=escape)


def fault_of(source: str, **values: Any) -> TemplateFault:
    with pytest.raises(TemplateFault) as caught:
        fill(source, **values)
    return caught.value


def test_variables_conditions_loops_and_a_few_filters_are_known() -> None:
    loop = "{% for link in links %} {{ forloop.counter }} {{ link.url }}{% endfor %}"
    assert fill("{{ name|upper }}{% if not secret %}!{% endif %}" + loop) == "ADA! 1 https://a.example"
    assert fill("{{ secret|default:'none' }}{# nothing #}") == "none"
    assert fill("{% if name == 'Ada' and links %}yes{% elif secret %}no{% else %}no{% endif %}") == "yes"


def test_values_are_text_in_html() -> None:
    assert fill("{{ name }}", escape=True, name="<b>&") == "&lt;b&gt;&amp;"
    assert fill("{{ name }}", escape=True, name=mark_safe("<b>")) == "&lt;b&gt;"


@pytest.mark.parametrize(
    "source",
    [
        *(f"{{% {tag} %}}" for tag in ("load i18n", "include 'base.html'", "extends 'base.html'", "ssi '/etc/passwd'")),
        *(
            f"{{% {tag} %}}"
            for tag in ("debug", "now 'Y'", "csrf_token", "url 'health'", "lorem", "templatetag openblock")
        ),
        "{% block x %}{% endblock %}",
        "{% with name as x %}{% endwith %}",
        "{% autoescape off %}{{ name }}{% endautoescape %}",
        "{% filter safe %}{% endfilter %}",
        "{% verbatim %}{{ name }}{% endverbatim %}",
        "{% cycle name as x %}",
        "{% translate 'x' %}",
        "{% regroup links by url as x %}",
        "{% widthratio 1 2 3 as x %}",
        "{{ block.super }}",
        "{{ name|safe }}",
        "{{ name|ljust:'1000000000' }}",
        "{{ name|join:name }}",
        "{{ name|pprint }}",
        "{{ name.upper }}",
        "{{ name.__class__ }}",
        "{{ name.format }}",
        "{{ links.clear }}",
        "{{ links.pop }}",
        "{{ links.0 }}",
        "{{ links.0.url }}",
        "{{ links.url.upper }}",
        "{{ settings.SECRET_KEY }}",
        "{{ request }}",
        "{{ self }}",
        "{{ name|default:settings }}",
        "{% if settings %}{% endif %}",
        "{% if name.__len__ %}{% endif %}",
        "{% for x in settings %}{% endfor %}",
        "{% for x in links.copy %}{% endfor %}",
        "{{ forloop.parentloop }}",
        "{% for forloop in links %}{{ forloop.items }}{% endfor %}",
        "{% if name %}",
        "{% endif %}",
        "{{ }}",
        "{% %}",
        "{% for x %}{% endfor %}",
        "{% if name ! %}{% endif %}",
        "{{ name|upper:'x' }}",
        "{{ name|default }}",
    ],
)
def test_nothing_else_is_reported(source: str) -> None:
    fault = fault_of("first line\n" + source)
    assert fault.line == 2
    assert fault.reason


def test_escape_attempts_in_templates_are_text() -> None:
    assert fill("{% for url in links %}{{ url.url }}{% endfor %}") == "https://a.example"
    assert fill("{% for name in links %}{{ name.login }}{% endfor %}{{ name }}") == "adaAda"
    assert fill("{{ name.url }}") == ""
    assert fill("{% for forloop in links %}{{ forloop.first }}{% endfor %}") == ""
    assert fill("{{ name }}", name="{{ settings.SECRET_KEY }}{% debug %}") == "{{ settings.SECRET_KEY }}{% debug %}"


def test_no_method_name_can_follow_a_dot() -> None:
    parts = {part for kind in mail_kinds().values() for part in kind.parts}
    assert [part for part in parts for of in (str, list, dict) if hasattr(of, part)] == []
    assert not {"forloop"} & {name for kind in mail_kinds().values() for name in kind.names}


@pytest.mark.parametrize("depth", [11, 500])
def test_too_deep_nesting_is_refused(depth: int) -> None:
    assert "too deep" in fault_of("{% if name %}" * depth + "{% endif %}" * depth).reason


def test_a_tag_that_is_too_long_is_refused() -> None:
    assert "200" in fault_of("{% if " + "not " * 5000 + "name %}{% endif %}").reason


@pytest.mark.parametrize("body", ["", "x" * 1000, "{{ name }}", "{% if links %}{% endif %}"])
def test_loops_in_loops_end(body: str) -> None:
    many = ["a" * 100] * 100
    source = "".join(f"{{% for a{n} in links %}}" for n in range(8)) + body + "{% endfor %}" * 8
    assert "too long" in fault_of(source, links=many).reason


def test_a_loop_over_a_text_ends() -> None:
    source = "".join("{% for a in name %}" for _ in range(8)) + "{{ name }}" + "{% endfor %}" * 8
    assert "too long" in fault_of(source, name="a" * 2000).reason


def test_values_become_plain_data_of_one_line() -> None:
    when = datetime(2026, 1, 2, 15, 4, tzinfo=UTC)
    given = {"a": "x\r\n\r\n    forged: y", "b": (1, True, None, False), "c": gettext_lazy("Page"), "d": when}
    assert to_plain(given) == {
        "a": "x     forged: y",
        "b": ["1", "yes", "", ""],
        "c": "Page",
        "d": "2026-01-02 15:04 UTC",
    }
    assert to_plain("two  spaces\u2028") == "two  spaces "
    assert type(to_plain(mark_safe("<b>"))) is str
    assert not isinstance(to_plain(mark_safe("<b>")), SafeString)
    assert len(to_plain("x" * 10_000)) == 2000
    assert len(to_plain([1] * 1000)) == 100


@pytest.mark.parametrize("thing", [object(), open, re, mail_kinds()["account-information"], b"bytes", {1}])
def test_objects_do_not_get_into_a_template(thing: Any) -> None:
    with pytest.raises(TypeError):
        to_plain({"thing": thing})


@pytest.mark.parametrize("language", wording.LANGUAGES)
@pytest.mark.parametrize("kind", mail_kinds().values(), ids=lambda kind: kind.name)
def test_our_own_words_keep_the_rules_and_name_nothing_undeclared(kind: MailKind, language: str) -> None:
    source = wording.own_template(kind, language)
    for text in (source.subject, source.text):
        assert wording.compile_template(kind, text)
        assert "translate" not in text
    used = set(re.findall(r"\{\{ (\w+)", source.subject + source.text)) - {"entry", "link", "alias", "number", "field"}
    assert used <= set(kind.variables) | set(BRAND_VARIABLES)


def test_the_tags_and_filters_are_those_that_the_page_names() -> None:
    page = Path(get_template("mail/templates/page.html").template.origin.name).read_text()  # type: ignore[attr-defined]
    for name in (*TAGS, *FILTERS):
        assert name in page
