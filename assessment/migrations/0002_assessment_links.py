import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessment", "0001_assessment"),
        ("certificates", "0001_certificates"),
    ]

    operations = [
        migrations.CreateModel(
            name="SchemePrepared",
            fields=[
                (
                    "scheme",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="certificates.scheme",
                    ),
                ),
                ("terms", models.CharField(blank=True, default="", max_length=64)),
                ("claimed_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "认证方案统计状态",
                "verbose_name_plural": "认证方案统计状态",
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_whole", models.BooleanField()),
                ("organisation_path", models.CharField(max_length=255)),
                ("name", models.CharField(max_length=60)),
                ("number", models.CharField(max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("certified", "已取证"),
                            ("expiring", "即将到期"),
                            ("expired", "已过期"),
                            ("in_training", "培训中"),
                            ("not_started", "未开始"),
                            ("not_required", "无需持证"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "urgency",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(status="expired", then=models.Value(0)),
                            models.When(status="expiring", then=models.Value(1)),
                            models.When(status="in_training", then=models.Value(2)),
                            models.When(status="not_started", then=models.Value(3)),
                            models.When(status="certified", then=models.Value(4)),
                            models.When(status="not_required", then=models.Value(5)),
                            default=models.Value(6),
                        ),
                        output_field=models.PositiveSmallIntegerField(),
                    ),
                ),
                ("award_number", models.CharField(blank=True, default="", max_length=32)),
                ("valid_until", models.DateField(null=True)),
                ("best_score", models.PositiveIntegerField(null=True)),
                ("best_max_score", models.PositiveIntegerField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("changes_on", models.DateField(null=True)),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "取证情况",
                "verbose_name_plural": "取证情况",
            },
        ),
    ]
