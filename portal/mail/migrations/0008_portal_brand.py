import secrets

from django.db import migrations, models

import portal.mail.text.models


def number_brands(apps, schema_editor):
    brands = apps.get_model("mail", "MailBrand").objects
    for brand in brands.filter(public_id=""):
        brands.filter(pk=brand.pk).update(public_id=secrets.token_urlsafe(16))


class Migration(migrations.Migration):
    dependencies = [("mail", "0007_senders_lost")]

    operations = [
        migrations.AddField("mailbrand", "name", models.CharField(blank=True, max_length=60)),
        migrations.AddField("mailbrand", "host", models.CharField(blank=True, max_length=253)),
        migrations.AddField("mailbrand", "public_id", models.CharField(default="", max_length=22)),
        migrations.RunPython(number_brands, migrations.RunPython.noop),
        migrations.AlterField(
            "mailbrand",
            "public_id",
            models.CharField(default=portal.mail.text.models.new_public_id, max_length=22, unique=True),
        ),
        migrations.AddConstraint(
            "mailbrand",
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(("host", ""), _negated=True), name="mail_one_brand_of_host"
            ),
        ),
    ]
