"""Self-registration as a Django application, which stores what people have asked for until they confirm it."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    name = "portal.enrolment"
    label = "enrolment"
