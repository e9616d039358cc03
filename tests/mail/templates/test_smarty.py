"""Templates in Smarty's language are translated, or it is said which lines have no counterpart."""

from __future__ import annotations

import pytest

from portal.mail.templates.smarty import Vocabulary, translate_smarty

KNOWN = Vocabulary(
    values={"name": "name", "account": "address"},
    conditions={"allowPSTN": "pstn"},
    lists={"enums": "numbers"},
    missing={"email": "Use the other one."},
)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Dear {$client->name},", "Dear {{ name }},"),
        ("{$client->name|capitalize|escape:'html'}", "{{ name|title }}"),
        (
            "{if !$client->name && $client->allowPSTN}a{elseif $client->enums}b{else}c{/if}",
            "{% if not name and pstn %}a{% elif numbers %}b{% else %}c{% endif %}",
        ),
        (
            "{foreach name=n from=$client->enums item=one}{$smarty.foreach.n.iteration}. {$one}{/foreach}",
            "{% for one in numbers %}{{ forloop.counter }}. {{ one }}{% endfor %}",
        ),
        (
            "{foreach $client->enums as $one}{$one}{foreachelse}none{/foreach}",
            "{% for one in numbers %}{{ one }}{% empty %}none{% endfor %}",
        ),
        ("a{* not {$client->shown} *}b", "ab"),
        ("a{* with {a brace *}b", "ab"),
        ("{literal}p {color: red} {$kept}{/literal}", "p {color: red} {$kept}"),
        ("p { color: red }", "p { color: red }"),
        ("a\r\n{if $client->name}\r\nb\r\n  {/if}\r\nc\r\n", "a\n{% if name %}b\n{% endif %}c\n"),
    ],
)
def test_what_has_a_counterpart_is_translated(theirs: str, ours: str) -> None:
    assert translate_smarty(theirs, KNOWN) == (ours, [])


@pytest.mark.parametrize(
    ("theirs", "reason"),
    [
        ("{$client->email}", "“email” here. Use the other one."),
        ("{$client->allowPSTN}", "no variable like “allowPSTN”"),
        ("{$client->enums}", "no variable like “enums”"),
        ("{$other->name}", "“$other->name” has no counterpart"),
        ("{$client->name|truncate:5}", "modifier “truncate:5”"),
        ("{if $client->name == 'Ada'}", "“==” in a condition"),
        ("{if ($client->name)}", "“($client->name)” in a condition"),
        ("{include file='footer.tpl'}", "{include file='footer.tpl'} has no counterpart"),
        ("{php}echo 1;{/php}", "{php} has no counterpart"),
        ("{foreach from=$client->enums item=one key=k}", "has no counterpart"),
        ("{foreach from=$client->enums item=name}", "the name of another variable here"),
        ("{foreach from=$client->enums item=one}{/foreach}{$one}", "“$one” has no counterpart"),
        ("{$smarty.foreach.n.iteration}", "has no counterpart"),
        ("{literal}{{ secret }}{/literal}", "would begin a tag"),
        ("{literal}{% if x %}{/literal}", "would begin a tag"),
        ("{literal}{{/literal}{$client->name}", "would begin a tag"),
        ("{literal} x", "{literal} is not closed"),
        ("{* x", "{* is not closed"),
    ],
)
def test_what_has_no_counterpart_is_told_with_its_line(theirs: str, reason: str) -> None:
    gaps = translate_smarty(f"one\n{theirs}", KNOWN)[1]
    assert gaps[0].line == 2
    assert reason in gaps[0].reason
