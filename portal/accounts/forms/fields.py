"""Form fields of accounts that staff and subscribers use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AnswerTimeoutField(forms.IntegerField):
    """How many seconds a call may ring."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Seconds until a call counts as not answered, 1 to 900."))
        super().__init__(label=_("Answer timeout"), min_value=1, max_value=900, **kwargs)


class QuickDialField(forms.CharField):
    """The digits that are put before short numbers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Quick dial prefix"), required=False, max_length=32, **kwargs)
