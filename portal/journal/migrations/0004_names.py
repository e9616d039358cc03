"""The list of records that were deleted with a record says so in its name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_reconciling"),
    ]

    operations = [
        migrations.RenameField(model_name="journalentry", old_name="gone", new_name="also_deleted"),
    ]
