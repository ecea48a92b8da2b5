from django.db import migrations, models

# What the register knows already; an intake writes it with the name.
HOMES = """
UPDATE population_name SET home = (
    SELECT r.commune FROM population_residence r
    WHERE r.person_id = population_name.person_id AND r.kind = 'permanent'
      AND r.superseded IS NULL AND r."end" IS NULL
    ORDER BY r.id DESC LIMIT 1)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("population", "0009_invented"),
    ]

    operations = [
        migrations.AddField(
            model_name="name",
            name="home",
            field=models.CharField(max_length=20, null=True),
        ),
        migrations.RunSQL(HOMES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="name",
            index=models.Index(
                fields=["home", "folded"],
                name="name_home",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ),
    ]
