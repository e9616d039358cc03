"""Imports the models of mail, because Django looks for them here; each is defined next to the code that uses it."""

from portal.mail.outbox import models as outbox_models  # noqa: F401
from portal.mail.text import models as text_models  # noqa: F401
