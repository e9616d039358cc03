"""Joins the links about accounts with those for passwords in one table; links that are not used yet stay valid."""

from typing import Any

from django.db import migrations, models

SAME = ("id", "purpose", "engine", "proof", "token_hash", "created_at", "expires_at", "used_at")


def copy_account_links(apps: Any, schema_editor: Any) -> None:
    links, account_links = apps.get_model("identity", "OneUseLink"), apps.get_model("identity", "AccountLink")
    for old in account_links.objects.iterator():
        same = {name: getattr(old, name) for name in SAME}
        links.objects.create(role="subscriber", subject=old.address, login=old.address, name=old.address, **same)


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_second_factor_tries")]

    operations = [
        migrations.RenameModel("PasswordLink", "OneUseLink"),
        migrations.AlterField(
            model_name="oneuselink",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("forgotten", "Forgotten"),
                    ("invitation", "Invitation"),
                    ("removal", "Removal"),
                    ("softphone", "Softphone"),
                ],
                default="forgotten",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="oneuselink",
            index=models.Index(fields=["subject", "role"], name="identity_link_subject"),
        ),
        migrations.RunPython(copy_account_links, elidable=False),
        migrations.DeleteModel("AccountLink"),
    ]
