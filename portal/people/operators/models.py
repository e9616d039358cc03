"""The model of operators: administrators who sign in with an account of the portal itself."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import normalize_password, spellings_of_password
from portal.core.by_key import ByKey
from portal.ngnpro.limits import Limits


class FirstSignIn(models.TextChoices):
    """How an operator signs in the first time: a password or a link that is shown once, or a link by mail."""

    PASSWORD = "password", _("With a one-time password, which you see once")
    LINK = "link", _("With a link, which you see once")
    MAIL = "mail", _("With a link that is sent to the e-mail address")


class OperatorManager(BaseUserManager["Operator"]):
    """Creates operators, and finds them by name, case-insensitively."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Operator:
        """Store a new operator; with ``password=None`` they cannot sign in until a password is set."""
        operator = self.model(username=self.model.normalize_username(username).lower(), **fields)
        operator.set_password(password)
        operator.full_clean(exclude=["password"])
        operator.save(using=self._db)
        return operator

    def get(self, *conditions: Any, **fields: Any) -> Operator:
        """Return an operator; by its number, as Django does for each request, without writing the SQL each time."""
        if conditions or fields.keys() != {"pk"}:
            return super().get(*conditions, **fields)
        found = self._by_number.find(fields["pk"])
        if found is None:
            raise self.model.DoesNotExist
        return found

    @cached_property
    def _by_number(self) -> ByKey[Operator]:
        return ByKey(self.model, "id")

    def get_by_natural_key(self, username: str | None) -> Operator:
        return self.get(username__iexact=username)


class Operator(AbstractBaseUser):
    """A portal administrator. Passwords are stored only as Django's salted hashes."""

    username = models.CharField(
        _("name to sign in with"), max_length=64, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("name"), max_length=128, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    may_change = models.BooleanField(_("may change records"), default=True)
    may_see_passwords = models.BooleanField(_("may see passwords"), default=True)
    may_see_calls = models.BooleanField(_("may see call data"), default=True)
    tree = models.PositiveIntegerField(_("limited to the reseller"), default=0)
    # the NGNPro server of that reseller; empty for the default one
    tree_engine = models.CharField(max_length=64, blank=True, default="")
    # networks, ports of NGNPro and SIP domains, one per line; empty for all
    networks = models.TextField(_("networks"), blank=True, default="")
    ports = models.TextField(_("parts of NGNPro"), blank=True, default="")
    domains = models.TextField(_("SIP domains"), blank=True, default="")
    # the last day on which they may sign in, in the portal's time zone
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    must_have_second_factor = models.BooleanField(_("must have a second factor"), default=False)
    # until when they may sign in with a password where the settings switch that off
    password_until = models.DateTimeField(null=True, blank=True)
    must_change_password = models.BooleanField(_("must choose a new password"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    objects = OperatorManager()

    class Meta:
        ordering = ["username"]
        verbose_name = _("operator")
        verbose_name_plural = _("operators")

    def __str__(self) -> str:
        return self.name or self.username

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password if raw_password is None else normalize_password(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Check a password in both Unicode spellings, because older passwords were hashed as they were typed."""
        return any(
            super(Operator, self).check_password(spelling) for spelling in spellings_of_password(raw_password or "")
        )

    @property
    def is_full(self) -> bool:
        """Return whether the operator has all permissions; only such operators manage operators."""
        has_rights = self.may_change and self.may_see_passwords and self.may_see_calls
        return bool(self.is_active and has_rights and not self.tree and not self.limits and not self.has_expired)

    @property
    def limits(self) -> Limits:
        """Return the ports of NGNPro and the SIP domains to which the operator is limited."""
        return Limits(frozenset(self.ports.split()), frozenset(self.domains.split()))

    @property
    def may_use_password(self) -> bool:
        """Return whether the operator may sign in with a password, by the settings or by ``allow_password``."""
        until = self.password_until
        return bool(settings.OPERATOR_PASSWORDS or (until is not None and timezone.now() < until))

    @property
    def has_expired(self) -> bool:
        """Return whether the last day on which the operator may sign in is over."""
        return self.expires_on is not None and self.expires_on < timezone.localdate()

    def may_come_from(self, address: str) -> bool:
        """Return whether the operator may use the portal from an address; an unknown one is in no network."""
        if not self.networks:
            return True
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in ipaddress.ip_network(network) for network in self.networks.split())

    def needs_second_factor(self) -> bool:
        """Return whether they must have a second factor, because the portal or another operator requires it."""
        return bool(settings.REQUIRE_SECOND_FACTOR or self.must_have_second_factor)

    def factors_left(self) -> int:
        """Return how many second factors they have."""
        return hasattr(self, "totp_key") + self.passkeys.count()

    def has_second_factor(self) -> bool:
        """Return whether the operator needs a second factor to sign in."""
        return hasattr(self, "totp_key") or self.passkeys.exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorState:
    """What the pages of operators add and edit: the name to sign in with, the person and the permissions."""

    username: str = ""
    name: str = ""
    email: str = ""
    may_change: bool = True
    may_see_passwords: bool = True
    may_see_calls: bool = True
    tree: int = 0
    ports: str = ""
    domains: str = ""
    networks: str = ""
    expires_on: datetime.date | None = None
    must_have_second_factor: bool = False
    is_active: bool = True
