"""Routing as a Django application."""

from django.apps import AppConfig


class LcrConfig(AppConfig):
    name = "portal.lcr"
    label = "lcr"
