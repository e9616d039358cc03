"""Identity as a Django application."""

from django.apps import AppConfig

from portal.core import writes


class IdentityConfig(AppConfig):
    name = "portal.identity"
    label = "identity"

    def ready(self) -> None:
        from portal.mail import contents

        from . import letters, watching

        contents.CONTENTS |= letters.CONTENTS
        writes.ended.connect(watching.end, dispatch_uid="identity")
        writes.settled.connect(watching.end, dispatch_uid="identity")
