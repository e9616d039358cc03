"""The form of a webhook."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core.forms import add_css_classes
from portal.core.outgoing import Forbidden, parse_target
from portal.people.confirmation import FIELD, CurrentPasswordField

from .choices import CHOOSABLE
from .models import Webhook


class WebhookForm(forms.Form):
    """A webhook: its name, URL and events. Asks for the password unless it was confirmed."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_("The system that is told, such as “CRM”."))
    url = forms.CharField(
        label=_("URL"),
        max_length=500,
        help_text=_("Messages are sent here by POST, such as https://crm.example.com/hook."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    events = forms.MultipleChoiceField(
        label=_("It is told when"), choices=CHOOSABLE, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(
        label=_("Messages are sent"),
        required=False,
        initial=True,
        help_text=_("Without the mark, nothing is sent, and events are not kept for later."),
    )

    def __init__(self, *args: Any, is_confirmed: bool = False, webhook: Webhook | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if webhook is None:
            del self.fields["is_active"]
        else:
            self.initial = {name: getattr(webhook, name) for name in self.fields}
        if not is_confirmed:
            self.fields[FIELD] = CurrentPasswordField(help_text=_("To confirm that it is you."))
        add_css_classes(self)

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            parse_target(url, settings.WEBHOOK_NETWORKS)
        except Forbidden as error:
            raise forms.ValidationError(str(error)) from None
        return url

    def values(self) -> dict[str, Any]:
        """Return the values of the webhook, without the password."""
        return {name: value for name, value in self.cleaned_data.items() if name != FIELD}
