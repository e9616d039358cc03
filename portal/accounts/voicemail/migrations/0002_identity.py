"""Bind greetings to an account; existing greetings are deleted because their account is unknown."""

from django.db import migrations, models


def delete_unbound(apps, schema_editor):
    apps.get_model("voicemail", "Greeting").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("voicemail", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(delete_unbound, migrations.RunPython.noop),
        migrations.AddField(
            model_name="greeting",
            name="identity",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
