import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import assessment.standing.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("certificates", "0001_certificates"),
        ("people", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChangedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(db_index=True, max_length=255)),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "待重算的单位",
                "verbose_name_plural": "待重算的单位",
            },
        ),
        migrations.CreateModel(
            name="FiguresChecked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "取证数核对时间",
                "verbose_name_plural": "取证数核对时间",
            },
        ),
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
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("object_id", models.PositiveBigIntegerField()),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("occurred_at", models.DateTimeField(verbose_name="时间")),
                ("facts", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="people.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
                "indexes": [
                    models.Index(fields=["member", "year"], name="evidence_members_year"),
                    models.Index(fields=["kind", "year"], name="evidence_kinds_year"),
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "object_id"), name="evidence_once_per_object")],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=255)),
                ("depth", models.PositiveSmallIntegerField()),
                ("total", models.PositiveIntegerField(default=0)),
                ("certified", models.PositiveIntegerField(default=0)),
                ("expiring", models.PositiveIntegerField(default=0)),
                ("expired", models.PositiveIntegerField(default=0)),
                ("in_training", models.PositiveIntegerField(default=0)),
                ("not_started", models.PositiveIntegerField(default=0)),
                ("not_required", models.PositiveIntegerField(default=0)),
                ("as_of", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="people.organisation",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.post"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="certificates.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位取证数",
                "verbose_name_plural": "单位取证数",
                "indexes": [models.Index(fields=["depth", "path"], name="figure_level")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "scheme", "post"), name="figure_once_per_scheme_and_post"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scheme__isnull", True)),
                        fields=("organisation", "post"),
                        name="figure_once_whole_per_post",
                    ),
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
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheme__isnull", True), ("not_required", 0), _connector="OR"),
                        name="figure_of_a_scheme_counts_the_concerned",
                    ),
                ],
            },
            bases=(assessment.standing.models.CountedByStatus, models.Model),
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
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standings",
                        to="people.member",
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
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.post"
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="certificates.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "取证情况",
                "verbose_name_plural": "取证情况",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_whole", True)),
                        fields=["organisation_path", "number"],
                        name="standing_whole_by_unit",
                    ),
                    models.Index(
                        condition=models.Q(("is_whole", True)),
                        fields=["urgency", "organisation_path", "number"],
                        name="standing_whole_by_urgency",
                    ),
                    models.Index(
                        condition=models.Q(("is_whole", False)),
                        fields=["scheme", "organisation_path", "number"],
                        name="standing_scheme_by_unit",
                    ),
                    models.Index(
                        condition=models.Q(("is_whole", False)),
                        fields=["scheme", "urgency", "organisation_path", "number"],
                        name="standing_scheme_by_urgency",
                    ),
                    models.Index(
                        condition=models.Q(("changes_on__isnull", False)),
                        fields=["changes_on"],
                        name="standing_changes",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_whole", False)),
                        fields=("member", "scheme"),
                        name="standing_once_per_scheme",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_whole", True)), fields=("member",), name="standing_one_whole_per_member"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scheme__isnull", False), ("is_whole", True), _connector="OR"),
                        name="standing_is_of_a_scheme_or_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scheme__isnull", True), ("status", "not_required")),
                            models.Q(("scheme__isnull", False), models.Q(("status", "not_required"), _negated=True)),
                            _connector="OR",
                        ),
                        name="standing_without_scheme_needs_nothing",
                    ),
                ],
            },
        ),
    ]
