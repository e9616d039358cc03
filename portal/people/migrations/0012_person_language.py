from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0011_customer_factors")]

    operations = [
        migrations.CreateModel(
            "PersonLanguage",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=400, unique=True)),
                ("language", models.CharField(max_length=16)),
            ],
        ),
    ]
