import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessment", "0002_assessment_links"),
        ("certificates", "0001_certificates"),
        ("people", "0001_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="member",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="people.member"
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="figures",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="post",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.post"
            ),
        ),
        migrations.AddField(
            model_name="figure",
            name="scheme",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="certificates.scheme"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="award",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="certificates.award"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="standings",
                to="people.member",
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="post",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.post"
            ),
        ),
        migrations.AddField(
            model_name="standing",
            name="scheme",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="certificates.scheme",
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["member", "year"], name="evidence_members_year"),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["kind", "year"], name="evidence_kinds_year"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(fields=("kind", "object_id"), name="evidence_once_per_object"),
        ),
        migrations.AddIndex(
            model_name="figure",
            index=models.Index(fields=["depth", "path"], name="figure_level"),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                fields=("organisation", "scheme", "post"), name="figure_once_per_scheme_and_post"
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("scheme__isnull", True)),
                fields=("organisation", "post"),
                name="figure_once_whole_per_post",
            ),
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="figure",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__isnull", True), ("not_required", 0), _connector="OR"),
                name="figure_of_a_scheme_counts_the_concerned",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("is_whole", True)),
                fields=["organisation_path", "number"],
                name="standing_whole_by_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("is_whole", True)),
                fields=["urgency", "organisation_path", "number"],
                name="standing_whole_by_urgency",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("is_whole", False)),
                fields=["scheme", "organisation_path", "number"],
                name="standing_scheme_by_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("is_whole", False)),
                fields=["scheme", "urgency", "organisation_path", "number"],
                name="standing_scheme_by_urgency",
            ),
        ),
        migrations.AddIndex(
            model_name="standing",
            index=models.Index(
                condition=models.Q(("changes_on__isnull", False)), fields=["changes_on"], name="standing_changes"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_whole", False)), fields=("member", "scheme"), name="standing_once_per_scheme"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_whole", True)), fields=("member",), name="standing_one_whole_per_member"
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__isnull", False), ("is_whole", True), _connector="OR"),
                name="standing_is_of_a_scheme_or_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="standing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("scheme__isnull", True), ("status", "not_required")),
                    models.Q(("scheme__isnull", False), models.Q(("status", "not_required"), _negated=True)),
                    _connector="OR",
                ),
                name="standing_without_scheme_needs_nothing",
            ),
        ),
    ]
