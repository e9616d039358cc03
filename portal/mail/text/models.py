"""Settings of resellers and operators for mails: templates, brands, sender domains, and which mails are sent."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone

KEY = ("engine", "reseller")


class OfReseller(models.Model):
    """A setting of a reseller on an NGNPro server; reseller 0 without a server is the platform."""

    engine = models.CharField(max_length=64, blank=True)
    reseller = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.CharField(max_length=320, blank=True)

    class Meta:
        abstract = True


class MailTemplate(OfReseller):
    """A template that replaces the portal's own.

    An empty ``language`` means all languages; without ``html``, the HTML is made of the text.
    """

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=5, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField(max_length=20_000)
    html = models.TextField(max_length=50_000, blank=True)

    class Meta:
        app_label = "mail"
        constraints = [models.UniqueConstraint(fields=[*KEY, "kind", "language"], name="mail_one_template")]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} of reseller {self.reseller} {self.engine}".strip()


def new_public_id() -> str:
    """Return a random id that cannot be guessed."""
    return secrets.token_urlsafe(16)


class MailBrand(OfReseller):
    """The colour (``#rrggbb``) and the logo (a small PNG) of a reseller's mails and pages.

    ``name`` is what the portal is called on the pages of the reseller and their users. Visitors who open the portal at
    the host name ``host`` see the brand before they sign in. Everybody may see the brand by its ``public_id``. They are
    in ``language`` for people who have chosen none and whose browser asks for none that the portal has.
    """

    name = models.CharField(max_length=60, blank=True)
    host = models.CharField(max_length=253, blank=True)
    language = models.CharField(max_length=5, blank=True, default="")
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id)
    colour = models.CharField(max_length=7, blank=True)
    logo = models.BinaryField(blank=True, default=b"")

    class Meta:
        app_label = "mail"
        constraints = [
            models.UniqueConstraint(fields=[*KEY], name="mail_one_brand"),
            models.UniqueConstraint(fields=["host"], condition=~models.Q(host=""), name="mail_one_brand_of_host"),
        ]

    def __str__(self) -> str:
        return f"brand of reseller {self.reseller} {self.engine}".strip()


class SenderDomain(OfReseller):
    """A domain from which a reseller's mails may be sent, once ``verified_at`` is set.

    ``verified_by`` is ``dns``, or the login of the operator who confirmed it. ``lost_at`` is when DNS was first found
    without the record that had verified the domain (``mail.templates.senders``). ``slot`` counts from 0 to the number
    of domains that a reseller may have, so that two requests at the same moment cannot add more.
    """

    domain = models.CharField(max_length=253)
    slot = models.PositiveSmallIntegerField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.CharField(max_length=320, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "mail"
        ordering = ["engine", "reseller", "domain"]
        constraints = [
            models.UniqueConstraint(fields=[*KEY, "domain"], name="mail_one_sender_domain"),
            models.UniqueConstraint(fields=[*KEY, "slot"], name="mail_one_sender_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.domain} of reseller {self.reseller} {self.engine}".strip()


class MailChoice(OfReseller):
    """The choice whether a reseller's users get mails of a kind; without a row, the default of the kind applies."""

    kind = models.CharField(max_length=40)
    is_sent = models.BooleanField()

    class Meta:
        app_label = "mail"
        constraints = [models.UniqueConstraint(fields=[*KEY, "kind"], name="mail_one_choice")]

    def __str__(self) -> str:
        return f"{self.kind} of reseller {self.reseller} {self.engine}: {self.is_sent}"
