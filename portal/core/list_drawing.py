"""Renders what is around the rows of a list without templates: filters, heads of columns, bulk actions, page links.

In templates, they were half the cost of a short list (docs/benchmarks.md).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.customer_names import CustomerNames
from portal.core.drawing import attributes
from portal.core.forms import FilterForm
from portal.core.markup import drawn, joined, markup
from portal.core.name_matching import picker_texts
from portal.core.tables import Header, Table, Window
from portal.core.templatetags.portal import icon


def draw_filters(form: FilterForm[Any], window: Window) -> SafeString:
    """Render the filters of a list: the search box, the links to a few states, and the others behind a button.

    Without JavaScript the button opens them as well: it is the summary of a ``<details>``.
    """
    first, *others = [one for one in form if one.name != form.segments and one.name not in form.unshown]
    kept = [
        markup('<input type="hidden" name="{}" value="{}">', name, window.params[name])
        for name in ("sort", "size", form.segments)
        if window.params.get(name)
    ]
    parts = [_draw_search(first), joined(kept), _draw_segments(form, window), _draw_more(others)]
    return markup(
        '<form class="toolbar filters" id="filters" method="get" aria-label="{}">{}</form>', _("Filter"), joined(parts)
    )


def _draw_search(field: forms.BoundField) -> SafeString:
    box = '<div class="search">{}<label class="visually-hidden" for="{}">{}</label>{}{}</div>'
    hint: dict[str, str | bool] = {"placeholder": str(field.help_text or field.label)}
    return markup(box, icon("search"), field.id_for_label, field.label, field.as_widget(attrs=hint), _below(field))


def _draw_segments(form: FilterForm[Any], window: Window) -> SafeString:
    """Render the choices of the form's field with few of them, as links that keep the other filters."""
    if not form.segments:
        return SafeString()
    field: Any = form.fields[form.segments]
    current = form.cleaned_data.get(form.segments, "") if form.is_bound and form.is_valid() else ""
    links = [
        markup(
            '<a href="{}"{}>{}</a>',
            window.url(**{form.segments: value or None, "page": None}),
            attributes({"aria-current": "true" if str(value) == str(current) else None}),
            label,
        )
        for value, label in field.choices
    ]
    return markup('<nav class="seg" aria-label="{}">{}</nav>', field.label, joined(links))


def _draw_more(fields: list[forms.BoundField]) -> SafeString:
    """Render the filters that are shown when asked for, open if one of them has an error, and the form's button."""
    button = markup('<button class="btn btn-secondary" type="submit">{}</button>', _("Search"))
    if not fields:
        return button
    inside = joined([_draw_filter(field) for field in fields])
    apply = markup(
        '<div class="filter-foot"><button class="btn btn-primary" type="submit">{}</button></div>', _("Filter")
    )
    is_open = attributes({"open": any(field.errors for field in fields)})
    summary = markup('<summary class="btn btn-secondary">{}{}</summary>', icon("plus"), _("More filters"))
    sheet = markup('<div class="filter-sheet"><div class="filter-fields">{}</div>{}</div>', inside, apply)
    return markup('{}<details class="more-filters"{}>{}{}</details>', button, is_open, summary, sheet)


def _draw_filter(field: forms.BoundField) -> SafeString:
    label = markup('<label for="{}">{}</label>', field.id_for_label, field.label)
    return markup('<div class="f">{}{}{}</div>\n', label, field.as_widget(), _below(field))


def _below(field: forms.BoundField) -> SafeString:
    """Render the errors of a filter or, without any, its help text."""
    errors: Any = field.errors
    if errors:
        return markup('<div class="invalid-feedback d-block" id="{}_error">{}</div>', field.auto_id, " ".join(errors))
    if field.help_text:
        return markup('<div class="form-text" id="{}_helptext">{}</div>', field.auto_id, field.help_text)
    return SafeString()


def draw_customers(names: CustomerNames) -> SafeString:
    """Render the names of customers that fields offer, each with what kind of customer it is."""
    texts = picker_texts(dict(names))
    options = [
        markup('<option value="{}" label="{}"></option>', texts[number], names.about(number)) for number, _name in names
    ]
    return markup('<datalist id="customers">{}</datalist>', joined(options))


def draw_head(table: Table[Any]) -> SafeString:
    """Render the row with the heads of the columns."""
    box = '<input class="tick" type="checkbox" data-tick-all aria-label="{}" hidden>'
    cell = f'<th scope="col" class="tickcell">{box}</th>'
    ticks = markup(cell, _("Tick all rows of this page")) if table.has_ticks else ""
    return markup("<tr>{}{}</tr>", ticks, joined([_draw_header(header) for header in table.headers()]))


def _draw_header(header: Header) -> SafeString:
    direction = {"asc": "ascending", "desc": "descending"}.get(header.direction)
    links = [markup('<a class="{}" href="{}">{}</a>', one.direction, one.url, one.label) for one in header.orders]
    inside = joined(links, ", ") if links else header.column.label
    return markup('<th scope="col" class="{}"{}>{}</th>\n', header.css, attributes({"aria-sort": direction}), inside)


def draw_action_bar(table: Table[Any], view_name: str) -> SafeString:
    """Render the bulk actions on the rows that are ticked; ``view_name`` is the list's."""
    buttons = [
        markup(
            '<button class="btn btn-light" type="submit" formaction="{}">{}{}</button>',
            action.url,
            icon(action.icon),
            action.label,
        )
        for action in table.bulk
    ]
    ticked = markup('<span class="ticked">{}</span>', _("ticked"))
    plans = _draw_plans(table, view_name) if table.plans else ""
    stays = " actionbar-stays" if plans and table.window.is_filtered and table.total > len(table.records) else ""
    # The script puts this link behind the row that was ticked last.
    skip = markup('<a class="to-actions" href="#actions" hidden>{}</a>', _("Act on ticked rows"))
    opening = '<div class="actionbar{}" id="actions" tabindex="-1" role="region" aria-label="{}">'
    bar = opening + '{}{}<div class="push">{}</div></div>'
    return joined([skip, markup(bar, stays, _("Act on ticked rows"), ticked, plans, joined(buttons))])


def _draw_plans(table: Table[Any], view_name: str) -> SafeString:
    every = ""
    if table.total > len(table.records):
        button = '<button class="btn btn-light" type="submit" name="all" value="1">{}</button>'
        every = markup(button, _("Preview all %(total)s matching") % {"total": drawn(table.total)})
    choices = [markup('<option value="{}">{}</option>', plan.name, plan.label) for plan in table.plans]
    menu = '<label><span class="visually-hidden">{}</span><select class="form-select" name="action">{}</select></label>'
    return joined(
        [
            markup('<input type="hidden" name="list" value="{}">', view_name),
            markup('<input type="hidden" name="query" value="{}">', table.window.params.urlencode()),
            markup(menu, _("What to do with them"), joined(choices)),
            markup('<button class="btn btn-light" type="submit">{}{}</button>', icon("check"), _("Preview")),
            every,
        ]
    )


def draw_foot(table: Table[Any]) -> SafeString:
    """Render the number of rows, the links to other sizes, to spreadsheets and to other pages."""
    numbers = {name: drawn(getattr(table, name)) for name in ("first", "last", "total")}
    rows = markup(_("Rows <strong>{first} to {last}</strong> of <strong>{total}</strong>"), **numbers)
    files = ""
    if table.spreadsheet_url:
        files = markup(
            '<a href="{}" download>{}</a> <a href="{}" download>XLSX</a>',
            table.spreadsheet_url,
            _("All as a spreadsheet (CSV)"),
            table.xlsx_url,
        )
    pages = draw_page_links(table) if table.pages > 1 else ""
    return markup('<div class="list-foot"><span>{}</span>{}{}{}</div>', rows, draw_sizes(table), files, pages)


def draw_sizes(table: Table[Any]) -> SafeString:
    """Render the links to other sizes of a page."""
    links = [
        markup(' <a href="{}"{}>{}</a>', url, attributes({"aria-current": "true" if is_current else None}), size)
        for size, url, is_current in table.sizes()
    ]
    return markup('<span class="sizes">{}{}</span>', _("Rows per page:"), joined(links))


def draw_page_links(table: Table[Any]) -> SafeString:
    """Render the links to the first, the last and the neighbouring pages."""
    gap = '<li class="page-item disabled"><span class="page-link">…</span></li>'
    here = '<li class="page-item active"><a class="page-link" href="{}" aria-current="page">{}</a></li>'
    there = '<li class="page-item"><a class="page-link" href="{}">{}</a></li>'
    numbers = [
        SafeString(gap) if number is None else markup(here if is_current else there, url, drawn(number))
        for number, url, is_current in table.page_links()
    ]
    links = [
        draw_step(table.previous_url, _("Previous"), "prev"),
        *numbers,
        draw_step(table.next_url, _("Next"), "next"),
    ]
    return markup(
        '<nav class="ms-auto" aria-label="{}"><ul class="pagination">{}</ul></nav>', _("Pages"), joined(links)
    )


def draw_step(url: str, label: str, rel: str) -> SafeString:
    """Render the link to a page beside this one, without a link if there is none."""
    if not url:
        return markup('<li class="page-item disabled"><span class="page-link">{}</span></li>', label)
    return markup('<li class="page-item"><a class="page-link" rel="{}" href="{}">{}</a></li>', rel, url, label)
