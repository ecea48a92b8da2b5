from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """An older key is borne by one living parcel."""

    dependencies: ClassVar = [("land", "0001_initial")]
    operations: ClassVar = [
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("end", None), ("superseded", None)),
                fields=("key",),
                name="one_living_key",
            ),
        ),
    ]
