"""`manage.py release_locks`: ends all lockouts after wrong passwords and second factors."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.people.lockouts import release_all_locks


class Command(BaseCommand):
    help = "End all lockouts after wrong passwords and second factors; everybody may try again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{release_all_locks()} failed sign-ins were deleted; everybody may try again.")
