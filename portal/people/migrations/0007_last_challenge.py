from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_one_use_links")]

    operations = [
        migrations.AddField(
            model_name="passkey",
            name="last_challenge",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
    ]
