import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("certificates", "0001_certificates"),
        ("courses", "0001_courses"),
        ("exams", "0001_exams"),
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="award",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="people.member"
            ),
        ),
        migrations.AddConstraint(
            model_name="numberledger",
            constraint=models.UniqueConstraint(fields=("letters", "region_code", "year"), name="ledger_one_per_year"),
        ),
        migrations.AddField(
            model_name="revocation",
            name="award",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="revocation", to="certificates.award"
            ),
        ),
        migrations.AddField(
            model_name="revocation",
            name="revoked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="blueprint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="schemes",
                to="exams.blueprint",
                verbose_name="须考试合格的组卷蓝图",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="schemes",
                to="courses.coursepage",
                verbose_name="须学完的课程",
            ),
        ),
        migrations.AddField(
            model_name="scheme",
            name="posts",
            field=models.ManyToManyField(
                blank=True, related_name="schemes", to="people.post", verbose_name="适用岗位（不选为全部）"
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="certificates.scheme"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="revocation_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("validity_months__gte", 1)), name="scheme_validity_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(fields=["member", "-issued_on"], name="award_members_newest"),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("state", "issued")), fields=["valid_until"], name="award_live_by_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("render_state", "waiting")),
                fields=["render_failures", "issued_at"],
                name="award_to_render",
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("drawn_as", "valid"), ("render_state", "ready"), ("state", "issued")),
                fields=["valid_until"],
                name="award_to_redraw",
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("render_state", "refused")), fields=["issued_at"], name="award_refused"
            ),
        ),
        migrations.AddIndex(
            model_name="award",
            index=models.Index(
                condition=models.Q(("to_announce", True)), fields=["issued_at"], name="award_to_announce"
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "issued")),
                fields=("member", "scheme"),
                name="award_one_live_per_member_and_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(fields=("member", "scheme", "cycle"), name="award_cycle_once"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("issued_on"))), name="award_valid_after_issue"
            ),
        ),
    ]
