"""ENUM as a Django application."""

from django.apps import AppConfig


class EnumConfig(AppConfig):
    name = "portal.enum"
    label = "enum_numbers"
