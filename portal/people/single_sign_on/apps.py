"""The room for single sign-on as a Django application."""

from django.apps import AppConfig


class SingleSignOnConfig(AppConfig):
    name = "portal.people.single_sign_on"
    label = "single_sign_on"
