"""The table of new accounts."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Newcomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("engine", models.CharField(blank=True, max_length=64)),
                ("address", models.CharField(max_length=320)),
                ("added_by", models.CharField(max_length=320)),
                ("added_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={"ordering": ["-added_at", "-id"]},
        ),
    ]
