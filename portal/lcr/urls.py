"""Addresses of the routing rooms."""

from django.urls import include, path

app_name = "lcr"
urlpatterns = [
    path("carriers/", include("portal.lcr.carriers.urls")),
    path("gateways/", include("portal.lcr.gateways.urls")),
    path("rules/", include("portal.lcr.rules.urls")),
    path("routes/", include("portal.lcr.routes.urls")),
    path("peers/", include("portal.lcr.peers.urls")),
    path("guided/", include("portal.lcr.guided.urls")),
    path("samples/", include("portal.lcr.samples.urls")),
    path("simulator/", include("portal.lcr.simulator.urls")),
    path("lint/", include("portal.lcr.lint.urls")),
]
