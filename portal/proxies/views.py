"""The page that says what each SIP proxy has loaded, and the button that makes them load it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.proxies import LOADED
from portal.core.views import PortalView
from portal.ngnpro import errors

from .choices import TOPICS
from .services import topic_states


class ProxyList(PortalView):
    """Shows for each topic which SIP proxy has loaded the latest changes."""

    template_name = "proxies/list.html"
    title = gettext_lazy("SIP proxies")

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            loads = self.ngnpro.platform.get_proxy_loads()
        except errors.NotPermitted:
            raise
        except errors.Refusal:
            # another server than ours, which does not know the operation
            loads = ()
        return self.show(topics=topic_states(loads))


class LoadNow(PortalView):
    """Makes the SIP proxies load topics, and says which of them did not."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        topics = [topic for topic in request.POST.getlist("topic") if topic in TOPICS]
        if not topics:
            raise Http404
        for topic in topics:
            self.ngnpro.platform.load_proxies(topic)
        loads = [load for load in self.ngnpro.platform.get_proxy_loads() if load.topic in topics]
        late = sorted({load.node for load in loads if load.state != LOADED})
        if late:
            text = _("These SIP proxies have not loaded it yet: %(proxies)s. Everything is saved; see below why.")
            messages.warning(request, text % {"proxies": ", ".join(late)})
        else:
            messages.success(request, _("All SIP proxies have loaded it: it is in force."))
        return HttpResponseRedirect(reverse("proxies:list"))
