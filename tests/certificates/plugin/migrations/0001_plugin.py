import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("certificates", "__first__"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrillTaken",
            fields=[
                (
                    "requirement_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="certificates.requirement",
                    ),
                ),
                ("place", models.CharField(max_length=40)),
            ],
            options={
                "abstract": False,
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="Drill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.CharField(max_length=40)),
                ("ended_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drills", to="people.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DrillBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("occurred_at", models.DateTimeField()),
                ("place", models.CharField(max_length=40)),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_rows",
                        to="certificates.award",
                    ),
                ),
                (
                    "drill",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="award_bases",
                        to="certificates_plugin.drill",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
