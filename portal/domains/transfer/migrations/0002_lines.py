"""Lines of uploaded files become rows of their own. Uploads that have not been imported yet have to be repeated."""

import django.db.models.deletion
from django.db import migrations, models


def delete_uploads(apps, _schema_editor):
    apps.get_model("domain_transfer", "DomainImport").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("domain_transfer", "0001_initial")]

    operations = [
        migrations.RunPython(delete_uploads, migrations.RunPython.noop),
        migrations.RemoveField(model_name="domainimport", name="sealed"),
        migrations.RemoveField(model_name="domainimport", name="results"),
        migrations.AddField(model_name="domainimport", name="passwords", field=models.BooleanField(default=False)),
        migrations.AddField(model_name="domainimport", name="done", field=models.PositiveIntegerField(default=0)),
        migrations.CreateModel(
            name="DomainImportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=40)),
                ("key", models.TextField()),
                ("sealed", models.TextField()),
                ("outcome", models.CharField(default="", max_length=20)),
                ("words", models.TextField(default="")),
                (
                    "domain_import",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="domain_transfer.domainimport",
                    ),
                ),
            ],
            options={
                "db_table": "domain_import_line",
                "indexes": [models.Index(fields=["domain_import", "kind", "outcome"], name="domain_import_outcome")],
                "constraints": [
                    models.UniqueConstraint(fields=("domain_import", "position"), name="domain_import_position")
                ],
            },
        ),
    ]
