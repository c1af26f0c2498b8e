import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessment", "0001_assessment"),
        ("certificates", "0001_certificates"),
        ("people", "0001_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="people.member"
            ),
        ),
        migrations.CreateModel(
            name="MemberStanding",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="people.member",
                    ),
                ),
                ("organisation_path", models.CharField(db_index=True, max_length=255)),
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
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("award_number", models.CharField(blank=True, default="", max_length=32)),
                ("valid_until", models.DateField(null=True)),
                ("best_score", models.PositiveIntegerField(null=True)),
                ("best_max_score", models.PositiveIntegerField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("changes_on", models.DateField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "award",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="certificates.award",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.post"),
                ),
            ],
            options={
                "verbose_name": "取证情况",
                "verbose_name_plural": "取证情况",
            },
        ),
        migrations.CreateModel(
            name="OrganisationFigure",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="figure",
                        serialize=False,
                        to="people.organisation",
                    ),
                ),
                ("total", models.PositiveIntegerField(default=0)),
                ("certified", models.PositiveIntegerField(default=0)),
                ("expiring", models.PositiveIntegerField(default=0)),
                ("expired", models.PositiveIntegerField(default=0)),
                ("in_training", models.PositiveIntegerField(default=0)),
                ("not_started", models.PositiveIntegerField(default=0)),
                ("by_post", models.JSONField(default=dict)),
                ("path", models.CharField(default="", max_length=255)),
                ("depth", models.PositiveSmallIntegerField(default=0)),
                ("is_dirty", models.BooleanField(default=True)),
                ("as_of", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "单位取证数",
                "verbose_name_plural": "单位取证数",
                "indexes": [
                    models.Index(condition=models.Q(("is_dirty", True)), fields=["is_dirty"], name="figure_dirty"),
                    models.Index(fields=["depth", "path"], name="figure_level"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("certified"), "+", models.F("expiring")
                                            ),
                                            "+",
                                            models.F("expired"),
                                        ),
                                        "+",
                                        models.F("in_training"),
                                    ),
                                    "+",
                                    models.F("not_started"),
                                ),
                            )
                        ),
                        name="figure_statuses_add_up",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["member", "-occurred_at"], name="evidence_members_newest"),
        ),
        migrations.AddIndex(
            model_name="memberstanding",
            index=models.Index(fields=["organisation_path", "number"], name="standing_unit_number"),
        ),
        migrations.AddIndex(
            model_name="memberstanding",
            index=models.Index(fields=["status", "organisation_path", "number"], name="standing_status_unit"),
        ),
        migrations.AddIndex(
            model_name="memberstanding",
            index=models.Index(
                condition=models.Q(("changes_on__isnull", False)), fields=["changes_on"], name="standing_changes"
            ),
        ),
    ]
