"""Entries and their readers get the name of their NGNPro server."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.core import servers

PORTALS_OWN = ("operator", "lock")


def name_the_usual_one(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Set the default server on existing entries, except those of the portal's own records."""
    entries = apps.get_model("journal", "JournalEntry").objects.all()
    if not entries.exists():
        return
    name = servers.engine().name
    entries.exclude(kind__in=PORTALS_OWN).update(engine=name)
    apps.get_model("journal", "EntryReader").objects.update(engine=name)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.AddField("journalentry", "engine", models.CharField(blank=True, default="", max_length=64), False),
        migrations.AddField("entryreader", "engine", models.CharField(default="", max_length=64), False),
        migrations.RunPython(name_the_usual_one, migrations.RunPython.noop, elidable=True),
    ]
