import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def name_home(apps, schema_editor):
    organisations = apps.get_model("identity", "Organisation").objects
    organisations.using(schema_editor.connection.alias).filter(code="saola").update(keeps=True)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0005_land_task"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="suspended_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="keeps",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(name_home, migrations.RunPython.noop),
    ]
