from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0003_known_places"),
    ]

    operations = [
        migrations.AddField(
            model_name="passwordlink",
            name="reseller",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="passwordlink",
            name="proof",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
