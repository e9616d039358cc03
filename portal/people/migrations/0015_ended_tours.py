from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0014_wall_displays")]

    operations = [
        migrations.CreateModel(
            "EndedTour",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=400, unique=True)),
            ],
        ),
    ]
