"""Imports of domains are jobs, so the tables of former imports are deleted."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("domain_transfer", "0002_lines")]

    operations = [migrations.DeleteModel(name="DomainImportLine"), migrations.DeleteModel(name="DomainImport")]
