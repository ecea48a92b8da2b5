from django.db import migrations, models


def keep_given(apps, schema_editor):
    """Let rights that count today go on."""
    rights = apps.get_model("identity", "Right").objects.using(schema_editor.connection.alias)
    rights.filter(approved_at__isnull=False).update(accepted_at=models.F("approved_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0006_keeping_agencies"),
    ]

    operations = [
        migrations.AddField(
            model_name="right",
            name="accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(keep_given, migrations.RunPython.noop),
    ]
