import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="SenderDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("engine", models.CharField(blank=True, max_length=64)),
                ("reseller", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_by", models.CharField(blank=True, max_length=320)),
                ("domain", models.CharField(max_length=253)),
                ("slot", models.PositiveSmallIntegerField()),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("verified_by", models.CharField(blank=True, max_length=320)),
            ],
            options={
                "ordering": ["engine", "reseller", "domain"],
                "constraints": [
                    models.UniqueConstraint(fields=("engine", "reseller", "domain"), name="mail_one_sender_domain"),
                    models.UniqueConstraint(fields=("engine", "reseller", "slot"), name="mail_one_sender_slot"),
                ],
            },
        ),
    ]
