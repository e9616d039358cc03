"""Second factors, one-use links and sessions: only hashes and encrypted keys are stored, no secret in clear text."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class TotpKey(models.Model):
    """The encrypted key of an operator's authenticator app (RFC 6238). ``last_step`` is the time step last used."""

    operator = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="totp_key")
    sealed = models.TextField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"authenticator app of {self.operator}"


class SecondFactorTries(models.Model):
    """The number of an operator's tries of second factors since the last right one (``tries``)."""

    operator = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor_tries")
    taken = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    paused_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.taken} tries for {self.operator}"


class SignInTry(models.Model):
    """A try to sign in with a name, or to confirm its password, that was wrong or is still checked (``lockouts``).

    ``source``: an IPv4 address or IPv6 /64 network (``sources``), empty if it is not known.
    """

    name = models.CharField(max_length=320, db_index=True)
    source = models.CharField(max_length=64, db_index=True)
    tried_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"a try of {self.name} from {self.source}"


class TryLock(models.Model):
    """A row that a transaction locks while it counts the tries of a name or from a source (``lockouts``)."""

    key = models.CharField(primary_key=True, max_length=340)
    held_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Passkey(models.Model):
    """A passkey (WebAuthn): its public key as attested credential data, and how often it was used.

    It belongs to an ``operator``, or by ``factor`` to a reseller or customer. ``last_challenge`` is the hash of the
    last challenge that was proved with it, so that no challenge counts twice.
    """

    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="passkeys", null=True)
    factor = models.ForeignKey("CustomerFactor", models.CASCADE, related_name="passkeys", null=True)
    name = models.CharField(max_length=64)
    credential = models.BinaryField()
    credential_hash = models.CharField(max_length=64, unique=True)
    counter = models.BigIntegerField(default=0)
    last_challenge = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(operator__isnull=True) ^ models.Q(factor__isnull=True), name="identity_passkey_owner"
            )
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """The hash of a recovery code that was not used yet."""

    operator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["operator", "code_hash"], name="identity_recovery_code")]

    def __str__(self) -> str:
        return f"recovery code of {self.operator}"


class CustomerFactor(models.Model):
    """The second factors of a reseller or customer, by their number at an NGNPro server.

    ``sealed`` is the encrypted key of their authenticator app, empty if they have none; ``last_step`` as in
    ``TotpKey``. ``login`` is the username with which the first one was added.
    """

    engine = models.CharField(max_length=64)
    customer = models.PositiveIntegerField()
    login = models.CharField(max_length=320, db_index=True)
    sealed = models.TextField(blank=True, default="")
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "customer"], name="identity_customer_factor")]

    def __str__(self) -> str:
        return f"second factors of {self.login}"

    def factors_left(self) -> int:
        """Return how many second factors they have."""
        return bool(self.sealed) + self.passkeys.count()


class FactorDuty(models.Model):
    """Whether a reseller of an NGNPro server, and their customers, must sign in with a second factor."""

    engine = models.CharField(max_length=64)
    reseller = models.PositiveIntegerField()
    of_reseller = models.BooleanField(default=False)
    of_customers = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engine", "reseller"], name="identity_factor_duty")]

    def __str__(self) -> str:
        return f"second factors required at reseller {self.reseller}"


class CustomerCode(models.Model):
    """The hash of a recovery code of a reseller or customer that was not used yet."""

    factor = models.ForeignKey(CustomerFactor, models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="identity_customer_code")]

    def __str__(self) -> str:
        return f"recovery code of {self.factor.login}"


class SignedIn(models.Model):
    """A browser in which a person is signed in, identified by the hash of its session's key (``sessions``).

    ``person`` is their role, NGNPro server and login (``sessions.person_of``). ``on_wall``: it is a wall display.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=400, db_index=True)
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    source = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    on_wall = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.person} since {self.since}"


class KnownDevice(models.Model):
    """A device that a person has signed in from, as a keyed hash (``known_devices.mark_of``)."""

    person = models.CharField(max_length=400)
    mark = models.CharField(max_length=64)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "mark"], name="identity_known_device")]

    def __str__(self) -> str:
        return f"a device of {self.person}"


class PersonLanguage(models.Model):
    """The language that a person has chosen (``languages``); ``person`` as in ``SignedIn``."""

    person = models.CharField(max_length=400, unique=True)
    language = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.language} for {self.person}"


class EndedTour(models.Model):
    """A person who has ended the tour (``tours``); ``person`` as in ``SignedIn``."""

    person = models.CharField(max_length=400, unique=True)

    def __str__(self) -> str:
        return f"tour ended by {self.person}"


class LinkRequest(models.Model):
    """A request for a password link, with the name or address as typed; a worker finds the people it belongs to."""

    typed = models.CharField(max_length=320, db_index=True)
    source = models.CharField(max_length=64, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return f"{self.typed} from {self.source}"


class OneUseLink(models.Model):
    """A link with which a person can do one thing, once, without signing in.

    ``subject`` is an operator's or customer's id, or a SIP address, at the NGNPro server ``engine``. ``letter`` is the
    mail that holds the link, with other links of the same recipient. The token is generated when the link is written
    into a mail or a page; only its hash is stored. ``proof`` is the person's proof (``directory.proof_of``). ``sealed``
    is a new SIP password that the link shows, encrypted, until it is used or has expired.
    """

    class Purpose(models.TextChoices):
        FORGOTTEN = "forgotten"
        INVITATION = "invitation"
        REMOVAL = "removal"
        SOFTPHONE = "softphone"
        SIP_PASSWORD = "sip-password"  # noqa: S105 - the name of a purpose

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose, default=Purpose.FORGOTTEN)
    role = models.CharField(max_length=12)
    subject = models.CharField(max_length=320)
    login = models.CharField(max_length=320)
    name = models.CharField(max_length=320, blank=True)
    engine = models.CharField(max_length=64, blank=True)
    reseller = models.PositiveIntegerField(default=0)
    proof = models.CharField(max_length=64, blank=True)
    recipient = models.CharField(max_length=320, blank=True, db_index=True)
    letter = models.UUIDField(default=uuid.uuid4, db_index=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    sealed = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["subject", "role"], name="identity_link_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.role} {self.login}"
