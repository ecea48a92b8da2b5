"""The cache's table, and the client of this command line."""

from django.core.management import call_command
from django.db import migrations
from django.utils import timezone

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def make_cache(apps, schema_editor):
    call_command("createcachetable", "identity_cache", database=schema_editor.connection.alias)


def make_client(apps, schema_editor):
    organisations = apps.get_model("identity", "Organisation").objects
    clients = apps.get_model("identity", "Client").objects
    using = schema_editor.connection.alias
    home, _ = organisations.using(using).get_or_create(
        code="saola", defaults={"name": "Saola", "agency": False}
    )
    clients.using(using).get_or_create(
        identifier="saola-cli",
        defaults={
            "organisation": home,
            "names": {"vi": "Dòng lệnh Saola", "en": "Saola command line", "fr": "Commande Saola"},
            "grants": [DEVICE, "refresh_token"],
            "scopes": ["openid", "profile", "offline_access"],
            "method": "none",
            "fapi": False,
            "approved_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_bound_passkey")]
    operations = [
        migrations.RunPython(make_cache, migrations.RunPython.noop),
        migrations.RunPython(make_client, migrations.RunPython.noop),
    ]
