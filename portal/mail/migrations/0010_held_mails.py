from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0009_brand_language")]

    operations = [
        migrations.AddField("outboxmessage", "awaits", models.BigIntegerField(blank=True, null=True)),
        migrations.AddIndex(
            "outboxmessage",
            models.Index(fields=["awaits"], condition=models.Q(awaits__isnull=False), name="mail_outbox_awaits"),
        ),
    ]
