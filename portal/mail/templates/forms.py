"""Forms for templates, brands and sender domains."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core.fields import DomainNameField
from portal.core.forms import CleanForm, RecordForm, add_css_classes
from portal.mail.registry import MailKind
from portal.mail.text.models import MailBrand
from portal.mail.text.sandbox import TemplateFault
from portal.mail.text.wording import LANGUAGES, MOST_SUBJECT, TemplateSource, compile_template

from .choices import MailOwner
from .pictures import InvalidPicture, to_png

PARTS = ("subject", "text", "html")


class TemplateForm(RecordForm[TemplateSource]):
    """A template; errors in it are shown with their line."""

    room = "mail:templates"
    record_class = TemplateSource

    subject = forms.CharField(label=_("Subject"), max_length=MOST_SUBJECT)
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18, "class": "template-text", "spellcheck": "false"}),
        help_text=_("Separate paragraphs by empty lines. Lines that begin with four spaces become a table."),
    )
    html = forms.CharField(
        label=_("HTML"),
        max_length=50_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "template-text", "spellcheck": "false"}),
        help_text=_(
            "If it is empty, it is made of the text. Scripts, style sheets, forms and pictures other than the logo "
            "are removed."
        ),
    )
    account = forms.CharField(
        label=_("Account for the preview"),
        max_length=320,
        required=False,
        help_text=_("A SIP address. Its passwords are shown as dots."),
    )

    def __init__(self, *args: Any, kind: MailKind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        if kind.holds_link:
            self.allow_plain_text_only()
        add_css_classes(self)

    def allow_plain_text_only(self) -> None:
        """Offer only a short plain text, which is shown below the link."""
        del self.fields["html"]
        self.fields["text"] = forms.CharField(
            label=_("Text below the link"),
            max_length=1000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 8, "class": "template-text", "spellcheck": "false"}),
            help_text=_("The greeting, the link and the footer are the same in every such mail. No web addresses."),
        )
        self.order_fields(("subject", "text", "account"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for part in PARTS:
            self.check_part(part, values.get(part) or "")
        return values

    def check_part(self, part: str, text: str) -> None:
        try:
            compile_template(self.kind, text.replace("\r\n", "\n"))
        except TemplateFault as fault:
            self.add_error(part, fault_message(fault, text))

    def shown(self, record: TemplateSource, name: str) -> Any:
        value = super().shown(record, name)
        return value.strip() if isinstance(value, str) else value

    def to_record(self, record: TemplateSource | None = None) -> TemplateSource:
        """Return the template as it was entered."""
        return TemplateSource(*(self.cleaned_data.get(part, "").replace("\r\n", "\n") for part in PARTS))


def fault_message(fault: TemplateFault, text: str) -> forms.ValidationError:
    """Return the reason with the number and the text of the line."""
    lines = text.splitlines()
    if not 0 < fault.line <= len(lines):
        return forms.ValidationError(fault.reason)
    values = {"line": fault.line, "reason": fault.reason, "text": lines[fault.line - 1].strip()[:120]}
    return forms.ValidationError(_("Line %(line)s: %(reason)s It says: %(text)s"), params=values)


class LanguageForm(forms.Form):
    """The language of a template."""

    language = forms.ChoiceField(choices=[("", _("All languages")), *LANGUAGES.items()], required=False)


class SenderForm(CleanForm):
    """A domain from which mails shall be sent."""

    domain = DomainNameField(help_text=_("The part of the support address after the @."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)


class BrandForm(CleanForm):
    """The name, colour and logo; an uploaded picture is converted to a small PNG.

    Only operators set the host name (``has_host``), because the portal has to answer at it.
    """

    name = forms.CharField(
        label=_("Name of the portal"),
        required=False,
        max_length=60,
        help_text=_("What you and your users read at the top of each page. Empty for “NGNPro portal”."),
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}\Z",
        strip=True,
        label=_("Colour"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "#1f5fa8", "maxlength": 7}),
        help_text=_("Six hexadecimal digits, e.g. #1f5fa8. Empty for the default colour."),
        error_messages={"invalid": _("A colour is a # and six digits from 0 to f.")},
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG, JPEG, GIF or WebP, up to 500 kB. It is scaled down for mails."),
    )
    host = DomainNameField(
        label=_("Host name of the portal"),
        required=False,
        help_text=_("Visitors who open the portal at this name see this brand when they sign in."),
    )
    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=[("", _("The platform's")), *settings.LANGUAGES],
        required=False,
        help_text=_("For people who have chosen none and whose browser asks for none that the portal has."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def __init__(self, *args: Any, of: MailOwner, has_host: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of
        if not has_host:
            del self.fields["host"]
        for name in {"name", "colour", "logo", "host"} & set(self.fields):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["language"].widget.attrs["class"] = "form-select"

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        if host and MailBrand.objects.filter(host=host).exclude(**self.of.key).exists():
            raise forms.ValidationError(_("Another reseller has this host name already."))
        return host

    def clean_logo(self) -> bytes:
        upload = self.cleaned_data.get("logo")
        if not upload:
            return b""
        try:
            return to_png(upload)
        except InvalidPicture as error:
            raise forms.ValidationError(str(error)) from None
