from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0008_sign_in_tries"),
    ]

    operations = [
        migrations.RemoveConstraint("knownplace", "identity_known_place"),
        migrations.RenameModel("KnownPlace", "KnownDevice"),
        migrations.AddConstraint(
            "knowndevice",
            models.UniqueConstraint(fields=["person", "mark"], name="identity_known_device"),
        ),
    ]
