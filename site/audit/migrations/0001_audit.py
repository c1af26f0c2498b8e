import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("action", models.CharField(max_length=60, verbose_name="动作")),
                ("target", models.CharField(blank=True, default="", max_length=120, verbose_name="对象")),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="详情")),
                ("previous", models.CharField(blank=True, default="", max_length=64)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "indexes": [models.Index(fields=["target", "-at"], name="audit_target_newest")],
                "constraints": [models.UniqueConstraint(fields=("previous",), name="audit_chain_does_not_fork")],
            },
        ),
    ]
