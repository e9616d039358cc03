from django.db import migrations, models
from django.utils import timezone

AXES = ("axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog")


class Migration(migrations.Migration):
    """Tries to sign in, in a table of the portal's own; those that django-axes counted are deleted with its tables."""

    dependencies = [("identity", "0007_last_challenge")]

    operations = [
        migrations.CreateModel(
            name="SignInTry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=320)),
                ("source", models.CharField(db_index=True, max_length=64)),
                ("tried_at", models.DateTimeField(db_index=True, default=timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="TryLock",
            fields=[
                ("key", models.CharField(max_length=340, primary_key=True, serialize=False)),
                ("held_at", models.DateTimeField()),
            ],
        ),
        *(migrations.RunSQL(f"DROP TABLE IF EXISTS {table}", migrations.RunSQL.noop) for table in AXES),
        migrations.RunSQL("DELETE FROM django_migrations WHERE app = 'axes'", migrations.RunSQL.noop),
    ]
