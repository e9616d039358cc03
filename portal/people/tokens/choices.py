"""What a token may do, how long it is valid, and why it is paused."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Access(models.TextChoices):
    """What a token may do altogether."""

    READ = "read", _("Read everything that you may read")
    WRITE = "write", _("Read and change everything that you may")
    CHOSEN = "chosen", _("Only what is chosen below")


class RoomAccess(models.TextChoices):
    """What a token may do with one kind of record or service."""

    NONE = "", _("Nothing")
    READ = "read", _("Read")
    WRITE = "write", _("Read and change")


class Lifetime(models.TextChoices):
    """For how many days a token is valid; 0 for no end."""

    MONTH = "30", _("30 days")
    QUARTER = "90", _("90 days")
    YEAR = "365", _("A year")
    ENDLESS = "0", _("Without an end")


class Pause(models.TextChoices):
    """Why a token is paused."""

    LOGIN = "login", _("NGNPro refuses its login: the password was changed, or the access has ended.")
    RIGHTS = "rights", _("You are a reseller or a customer now, and were not when it was made.")
