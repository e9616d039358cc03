from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_once_secrets")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("person", models.CharField(max_length=400)),
                ("circle", models.CharField(db_index=True, max_length=128)),
                ("page", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, default="", max_length=64)),
                ("query", models.TextField(blank=True, default="")),
                ("columns", models.TextField(blank=True, default="")),
                ("is_shared", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("person", "page", "name"), name="one_view_of_a_name"),
        ),
    ]
