from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0013_customer_passkeys")]

    operations = [
        migrations.AddField(
            model_name="signedin", name="on_wall", field=models.BooleanField(default=False, db_default=False)
        ),
    ]
