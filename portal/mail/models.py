"""Registers the models of mail with Django, which looks for them here; each is defined beside what uses it."""

from portal.mail.outbox import models as outbox_models  # noqa: F401
from portal.mail.text import models as text_models  # noqa: F401
