"""Parts of forms for crispy-forms' layouts, rendered without its templates: the same HTML in a fraction of the time."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Fieldset
from crispy_forms.utils import render_field
from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.drawing import draw_field
from portal.core.markup import joined, markup


class FieldSection(Fieldset):  # type: ignore[misc]  # crispy-forms has no types
    """A heading with the fields below it, by name, or other parts of a layout.

    The heading is plain text, while crispy-forms would compile it as a template for each page.
    """

    def render(self, form: Any, context: Any, template_pack: Any = None, **_options: Any) -> SafeString:
        """Render the part of a form."""
        heading = markup("<legend>{}</legend>", self.legend) if self.legend else ""
        drawn = [_draw(part, form, context, template_pack) for part in self.fields]
        return markup("<fieldset>{}{}</fieldset>", heading, joined(drawn))


class FoldedSections(Fieldset):  # type: ignore[misc]  # crispy-forms has no types
    """Sections behind one line that names them, which opens them; it works without JavaScript."""

    def __init__(self, *sections: FieldSection, is_open: bool) -> None:
        super().__init__("", *sections)
        self.is_open = is_open

    def render(self, form: Any, context: Any, template_pack: Any = None, **_options: Any) -> SafeString:
        """Render the sections in a ``<details>``."""
        headings = ", ".join(str(section.legend) for section in self.fields)
        summary = markup("<summary><span>{}</span> {}</summary>", _("More"), headings)
        drawn = [section.render(form, context, template_pack) for section in self.fields]
        return markup('<details class="form-more"{}>{}{}</details>', _OPEN[self.is_open], summary, joined(drawn))


_OPEN = {True: SafeString(" open"), False: SafeString()}


def _draw(part: Any, form: Any, context: Any, template_pack: Any) -> str:
    """Render a field, or another part of the layout; a field that takes a file, as crispy-forms does."""
    if not isinstance(part, str) or isinstance(form.fields[part].widget, forms.FileInput):
        return str(render_field(part, form, context, template_pack=template_pack))
    form.rendered_fields.add(part)
    return draw_field(form[part])
