"""Sets of test numbers: calls that the portal follows before and after each change of the routing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_CALLS = 100  # in a set
MOST_SETS = 10  # of a reseller


class NumberSet(models.Model):
    """A named set of calls, for the routing of one reseller on one NGNPro server.

    ``engine``: the server's name. ``reseller``: id of whose routing, 0 for the platform's own. ``calls``: a list of
    pairs, the number as 00 and E.164 digits and who calls (a SIP address, a domain, a word; empty for anybody).
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
