from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0006_reseller_quota")]

    operations = [
        migrations.AddField(
            model_name="senderdomain",
            name="lost_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
