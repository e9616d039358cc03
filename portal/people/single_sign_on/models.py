"""Models of single sign-on: resellers' providers, and which person of a provider is which operator."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class ResellerProvider(models.Model):
    """The provider with which a reseller's customers sign in (``providers.Provider``).

    ``sealed`` is the encrypted client secret. ``customer_groups`` and ``reseller_groups`` are groups, one per line:
    members of the latter sign in as the reseller, those of the former as the customer that they are; if there are none,
    every person of the provider does so. ``match`` is the claim that says which customer that is.
    """

    class Match(models.TextChoices):
        EMAIL = "email"
        USERNAME = "preferred_username"

    engine = models.CharField(max_length=64)
    reseller = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    issuer = models.URLField(max_length=300)
    client_id = models.CharField(max_length=200)
    sealed = models.TextField(blank=True)
    groups_claim = models.CharField(max_length=64, default="groups")
    reseller_groups = models.TextField(blank=True)
    customer_groups = models.TextField(blank=True)
    match = models.CharField(max_length=20, choices=Match, default=Match.EMAIL)
    is_active = models.BooleanField(default=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "reseller"], name="sso_one_provider_of_reseller")]

    def __str__(self) -> str:
        return f"{self.name} of reseller {self.reseller} {self.engine}"


class OperatorLink(models.Model):
    """A person of the operators' provider, by its issuer and their subject there, and the operator that they are."""

    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_on_links")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="sso_one_operator_of_subject"),
            models.UniqueConstraint(fields=["issuer", "operator"], name="sso_one_subject_of_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} is {self.operator}"
