from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0008_portal_brand")]

    operations = [
        migrations.AddField("mailbrand", "language", models.CharField(blank=True, default="", max_length=5)),
    ]
