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
        migrations.AddField(
            model_name="awardfile",
            name="award",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="certificates.award"
            ),
        ),
        migrations.AddField(
            model_name="certificatebasis",
            name="award",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(app_label)s_%(class)s_rows",
                to="certificates.award",
            ),
        ),
        migrations.AddField(
            model_name="certificatebasis",
            name="held",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="award_bases", to="certificates.award"
            ),
        ),
        migrations.AddField(
            model_name="coursebasis",
            name="award",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(app_label)s_%(class)s_rows",
                to="certificates.award",
            ),
        ),
        migrations.AddField(
            model_name="coursebasis",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="award_bases", to="courses.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="exambasis",
            name="award",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(app_label)s_%(class)s_rows",
                to="certificates.award",
            ),
        ),
        migrations.AddField(
            model_name="exambasis",
            name="result",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="award_bases", to="exams.result"
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
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
                verbose_name="所属单位",
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
            model_name="requirement",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="requirements", to="certificates.scheme"
            ),
        ),
        migrations.AddField(
            model_name="award",
            name="scheme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="certificates.scheme"
            ),
        ),
        migrations.AddField(
            model_name="certificateheld",
            name="asks_for",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asked_by",
                to="certificates.scheme",
                verbose_name="须持有的证书",
            ),
        ),
        migrations.AddField(
            model_name="coursecompleted",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requirements",
                to="courses.coursepage",
                verbose_name="须学完的课程",
            ),
        ),
        migrations.AddField(
            model_name="exampassed",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requirements",
                to="exams.exam",
                verbose_name="须合格的考试",
            ),
        ),
        migrations.AddConstraint(
            model_name="someof",
            constraint=models.CheckConstraint(condition=models.Q(("least__gte", 1)), name="some_of_at_least_one"),
        ),
        migrations.AddIndex(
            model_name="awardfile",
            index=models.Index(fields=["award", "kind", "-id"], name="award_file_newest"),
        ),
        migrations.AddIndex(
            model_name="awardfile",
            index=models.Index(fields=["digest"], name="award_file_by_digest"),
        ),
        migrations.AddConstraint(
            model_name="awardfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("stored", ""), _negated=True), name="award_file_is_stored"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificatebasis",
            constraint=models.UniqueConstraint(fields=("award", "held"), name="certificate_basis_once"),
        ),
        migrations.AddConstraint(
            model_name="coursebasis",
            constraint=models.UniqueConstraint(fields=("award", "enrolment"), name="course_basis_once"),
        ),
        migrations.AddConstraint(
            model_name="exambasis",
            constraint=models.UniqueConstraint(fields=("award", "result"), name="exam_basis_once"),
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
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.CheckConstraint(
                condition=models.Q(("renewal_from__in", ["issue", "old_end"])), name="scheme_renewal_from_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("parent__isnull", True)), fields=("scheme",), name="requirement_one_root_per_scheme"
            ),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.UniqueConstraint(fields=("parent", "position"), name="requirement_has_its_place"),
        ),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("parent__isnull", True), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                ),
                name="requirement_is_not_its_own_parent",
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
        migrations.AddConstraint(
            model_name="exampassed",
            constraint=models.CheckConstraint(
                condition=models.Q(("least_score__isnull", True), ("least_score__gte", 1), _connector="OR"),
                name="exam_least_score_positive",
            ),
        ),
    ]
