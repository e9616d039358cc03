"""Pages about webhooks: the list, one with its messages, and the forms that add, change, test and delete one."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.sealing import keep_secret_once, take_secret
from portal.core.views import PortalView
from portal.people.confirmation import is_confirmed
from portal.people.confirmed_views import ConfirmedFormView

from . import services
from .choices import LAMPS, Event, State
from .forms import WebhookForm
from .models import Webhook, WebhookMessage

PAGE = 50


def event_label(value: str) -> str:
    """Return an event in words; its name if it is not known any more."""
    return str(Event(value).label) if value in Event else value


class WebhookList(PortalView):
    """The webhooks of the operators, or of the reseller or customer whose pages these are."""

    template_name = "webhooks/list.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = services.with_counts(services.webhooks_of(self.request.viewer))
        return self.show(rows=[(webhook, [event_label(event) for event in webhook.events]) for webhook in found])


class WebhookFormView(ConfirmedFormView):
    """A form of a webhook."""

    template_name = "webhooks/form.html"

    @cached_property
    def webhook(self) -> Webhook | None:
        return None

    def make_form(self, data: Any = None) -> WebhookForm:
        return WebhookForm(data, is_confirmed=is_confirmed(self.request), webhook=self.webhook)

    def more(self) -> dict[str, Any]:
        return {"webhook": self.webhook}


class WebhookAdd(WebhookFormView):
    """Adds a webhook, whose page shows the secret once."""

    def go_on(self, form: WebhookForm) -> HttpResponse:
        added = services.add_webhook(self.request, **form.values())
        if added is None:
            text = _("You have %(most)s webhooks. Delete one first; this one was not saved.")
            form.add_error(None, text % {"most": services.MOST})
            return self.ask(form, 422)
        webhook, secret = added
        keep_secret_once(self.request, f"webhook {webhook.pk}", secret)
        return HttpResponseRedirect(reverse("webhooks:detail", args=[webhook.pk]))


class WebhookView(PortalView):
    """A page about one webhook; 404 for those of others."""

    @cached_property
    def webhook(self) -> Webhook:
        return get_object_or_404(services.webhooks_of(self.request.viewer), pk=self.kwargs["webhook"])

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("webhooks:detail", args=[self.webhook.pk]))


class WebhookDetail(WebhookView):
    """A webhook and its latest messages; after it was made or got a new secret, this once."""

    template_name = "webhooks/detail.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        webhook, before = self.webhook, request.GET.get("before", "")
        log = webhook.messages.all()
        if before.isascii() and before.isdecimal() and len(before) < 19:
            log = log.filter(pk__lt=int(before))
        found = list(log[: PAGE + 1])
        return self.show(
            webhook=webhook,
            events=[event_label(event) for event in webhook.events],
            secret=take_secret(request, f"webhook {webhook.pk}"),
            rows=[(one, event_label(one.event), LAMPS[State(one.state)]) for one in found[:PAGE]],
            older=found[PAGE - 1].pk if len(found) > PAGE else 0,
        )


class WebhookEdit(WebhookView, WebhookFormView):
    """Changes a webhook."""

    def go_on(self, form: WebhookForm) -> HttpResponse:
        services.change_webhook(self.request, self.webhook, form.values())
        messages.success(self.request, _("The webhook %(name)s was saved.") % {"name": self.webhook.name})
        return self.back()


class WebhookDelete(WebhookView):
    """Asks before it deletes a webhook."""

    template_name = "webhooks/delete.html"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.show(webhook=self.webhook)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        name = self.webhook.name
        services.delete_webhook(self.request, self.webhook)
        messages.success(request, _("The webhook %(name)s was deleted.") % {"name": name})
        return HttpResponseRedirect(reverse("webhooks:list"))


class WebhookAct(WebhookView):
    """An action on a webhook by a button, which leads back to its page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        self.act()
        return self.back()

    def act(self) -> None:
        """Do it."""
        raise TypeError(f"{type(self).__name__} has to say what it does.")


class WebhookTest(WebhookAct):
    """Sends a test message, within seconds."""

    def act(self) -> None:
        services.queue_test(self.webhook)
        messages.success(self.request, _("A test message is on its way. Load this page again to see the answer."))


class WebhookSecret(WebhookAct):
    """Gives a webhook a new secret, which its page shows once."""

    def act(self) -> None:
        secret = services.renew_secret(self.request, self.webhook)
        keep_secret_once(self.request, f"webhook {self.webhook.pk}", secret)


class WebhookAgain(WebhookAct):
    """Sends a message again."""

    @cached_property
    def message(self) -> WebhookMessage:
        return get_object_or_404(self.webhook.messages, pk=self.kwargs["webhook_message"])

    def act(self) -> None:
        services.send_again(self.message)
        messages.success(self.request, _("The message will be sent again."))
