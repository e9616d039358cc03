"""Where the reading of a list is, and which rows have a password, which only the wish of a job said before."""

from django.db import migrations, models


def note_passwords(apps, schema_editor) -> None:
    for job in apps.get_model("jobs", "Job").objects.filter(action__in=("generate", "password")).exclude(wish="taken"):
        job.rows.filter(kind=job.kind).update(has_password=True)


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="jobrow",
            name="has_password",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="job",
            name="reading",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(note_passwords, migrations.RunPython.noop),
    ]
