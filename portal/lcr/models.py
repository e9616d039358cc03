"""Sets of test numbers: calls that are traced before and after each change of the routing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_CALLS = 100  # per set
MOST_SETS = 10  # per reseller


class NumberSet(models.Model):
    """A named set of calls, for the routing of one reseller on one NGNPro server.

    ``engine`` is the name of the server. ``reseller`` is the id of the reseller whose routing applies to the calls, 0
    for the platform's own. ``calls`` is a list of pairs: the number as 00 and E.164 digits, and the caller (a SIP
    address, a domain or a word; empty for any caller).
    """

    engine = models.CharField(max_length=64, blank=True)
    reseller = models.PositiveBigIntegerField(default=0)
    name = models.CharField(_("Name"), max_length=64)
    calls = models.JSONField(default=list)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["engine", "reseller", "name"], name="lcr_number_set")]

    def __str__(self) -> str:
        return self.name
