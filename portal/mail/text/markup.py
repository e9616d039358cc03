"""Reduces the HTML of templates to elements that mail programs show and that load nothing.

The tags are those that nh3 keeps by default, without forms, style sheets, frames, videos and drawings.

No mail loads anything from the network: the owner of a remote picture would learn who reads a mail, when and from
where, and, from a variable in the picture's URL, also the content of the mail. The logo is attached to the mail.
"""

from __future__ import annotations

import nh3

ATTRIBUTES = {
    "*": {"style", "align", "valign", "width", "height", "bgcolor", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt"},
    "table": {"border", "cellpadding", "cellspacing", "role"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start", "type"},
}
# Properties that can take a URL, such as background or list-style, are left out.
STYLES = """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-spacing border-style border-top border-width color direction display font font-family font-size font-style
    font-weight height letter-spacing line-height margin margin-bottom margin-left margin-right margin-top max-width
    min-width padding padding-bottom padding-left padding-right padding-top text-align text-decoration text-indent
    text-transform vertical-align white-space width
"""
SCHEMES = {"http", "https", "mailto", "tel", "sip", "sips", "cid"}


def clean_html(html: str) -> str:
    """Remove scripts, style sheets, forms and pictures that are not attached to the mail; the text stays."""
    return nh3.clean(
        html,
        attributes=ATTRIBUTES,
        attribute_filter=_only_pictures_of_the_mail,
        url_schemes=SCHEMES,
        filter_style_properties=set(STYLES.split()),
        link_rel=None,
    )


def _only_pictures_of_the_mail(tag: str, name: str, value: str) -> str | None:
    return value if name != "src" or value.startswith("cid:") else None
