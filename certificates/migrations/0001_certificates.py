import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import certificates.models.awards
import people.models.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("courses", "0001_courses"),
        ("exams", "0001_exams"),
        ("people", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberLedger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letters", models.CharField(max_length=4)),
                ("region_code", models.CharField(max_length=6)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "证书编号台账",
                "verbose_name_plural": "证书编号台账",
                "constraints": [
                    models.UniqueConstraint(fields=("letters", "region_code", "year"), name="ledger_one_per_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="代码")),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                (
                    "letters",
                    models.CharField(
                        max_length=4,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-HJ-NP-Z]{2,4}$", "请用2到4个大写字母，不用 I 和 O。"
                            )
                        ],
                        verbose_name="编号字头",
                    ),
                ),
                (
                    "region_code",
                    models.CharField(
                        max_length=6,
                        validators=[django.core.validators.RegexValidator("^\\d{6}$", "请填写6位数字的行政区划代码。")],
                        verbose_name="行政区划代码",
                    ),
                ),
                ("issuer", models.CharField(max_length=40, verbose_name="发证机关")),
                ("validity_months", models.PositiveSmallIntegerField(default=36, verbose_name="有效期（月）")),
                ("renewal_days", models.PositiveSmallIntegerField(default=90, verbose_name="到期前多少天提醒")),
                (
                    "renewal_from",
                    models.CharField(
                        choices=[("issue", "从换证之日起算"), ("old_end", "从原证书到期之日起算")],
                        default="issue",
                        max_length=8,
                        verbose_name="换证后的有效期",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                        verbose_name="所属单位",
                    ),
                ),
                (
                    "posts",
                    models.ManyToManyField(
                        blank=True, related_name="schemes", to="people.post", verbose_name="适用岗位（不选为全部）"
                    ),
                ),
            ],
            options={
                "verbose_name": "认证方案",
                "verbose_name_plural": "认证方案",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("validity_months__gte", 1)), name="scheme_validity_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("renewal_from__in", ["issue", "old_end"])),
                        name="scheme_renewal_from_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Requirement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_anew", models.BooleanField(default=False, verbose_name="换证时须重新完成")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="certificates.requirement",
                    ),
                ),
                (
                    "polymorphic_ctype",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="polymorphic_%(app_label)s.%(class)s_set+",
                        to="contenttypes.contenttype",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="requirements",
                        to="certificates.scheme",
                    ),
                ),
            ],
            options={
                "verbose_name": "取证要求",
                "verbose_name_plural": "取证要求",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)),
                        fields=("scheme",),
                        name="requirement_one_root_per_scheme",
                    ),
                    models.UniqueConstraint(fields=("parent", "position"), name="requirement_has_its_place"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="requirement_is_not_its_own_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("cycle", models.PositiveSmallIntegerField(default=1, verbose_name="第几次取证")),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="证书编号")),
                ("serial", models.PositiveIntegerField()),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "token",
                    models.CharField(
                        default=certificates.models.awards.verification_token,
                        editable=False,
                        max_length=16,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("issued", "有效"), ("superseded", "已换证"), ("revoked", "已撤销")],
                        default="issued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("issued_on", models.DateField(verbose_name="发证日期")),
                ("valid_until", models.DateField(verbose_name="有效期至")),
                ("printed", models.JSONField()),
                ("issued_at", models.DateTimeField(auto_now_add=True)),
                (
                    "render_state",
                    models.CharField(
                        choices=[
                            ("waiting", "正在生成"),
                            ("ready", "已生成"),
                            ("refused", "无法生成"),
                            ("deferred", "首次打开时生成"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("render_note", models.CharField(blank=True, default="", max_length=300)),
                ("drawn_as", models.CharField(blank=True, default="", max_length=10)),
                ("render_failures", models.PositiveSmallIntegerField(default=0)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awards",
                        to="people.member",
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="awards", to="certificates.scheme"
                    ),
                ),
            ],
            options={
                "verbose_name": "证书",
                "verbose_name_plural": "证书",
                "indexes": [
                    models.Index(fields=["member", "-issued_on"], name="award_members_newest"),
                    models.Index(
                        condition=models.Q(("state", "issued")), fields=["valid_until"], name="award_live_by_expiry"
                    ),
                    models.Index(
                        condition=models.Q(("render_state", "waiting")),
                        fields=["render_failures", "issued_at"],
                        name="award_to_render",
                    ),
                    models.Index(
                        condition=models.Q(("drawn_as", "valid"), ("render_state", "ready"), ("state", "issued")),
                        fields=["valid_until"],
                        name="award_to_redraw",
                    ),
                    models.Index(
                        condition=models.Q(("render_state", "refused")), fields=["issued_at"], name="award_refused"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "issued")),
                        fields=("member", "scheme"),
                        name="award_one_live_per_member_and_scheme",
                    ),
                    models.UniqueConstraint(fields=("member", "scheme", "cycle"), name="award_cycle_once"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("issued_on"))), name="award_valid_after_issue"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllOf",
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
            ],
            options={
                "verbose_name": "全部满足",
                "verbose_name_plural": "全部满足",
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="AnyOf",
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
            ],
            options={
                "verbose_name": "满足其一",
                "verbose_name_plural": "满足其一",
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="CertificateHeld",
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
                (
                    "asks_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked_by",
                        to="certificates.scheme",
                        verbose_name="须持有的证书",
                    ),
                ),
            ],
            options={
                "verbose_name": "持有另一证书",
                "verbose_name_plural": "持有另一证书",
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="CourseCompleted",
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
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="courses.coursepage",
                        verbose_name="须学完的课程",
                    ),
                ),
            ],
            options={
                "verbose_name": "学完课程",
                "verbose_name_plural": "学完课程",
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="ExamPassed",
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
                (
                    "least_score",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="至少得分",
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requirements",
                        to="exams.exam",
                        verbose_name="须合格的考试",
                    ),
                ),
            ],
            options={
                "verbose_name": "考试合格",
                "verbose_name_plural": "考试合格",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("least_score__isnull", True), ("least_score__gte", 1), _connector="OR"),
                        name="exam_least_score_positive",
                    )
                ],
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="SomeOf",
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
                (
                    "least",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="至少满足几项"
                    ),
                ),
            ],
            options={
                "verbose_name": "满足若干项",
                "verbose_name_plural": "满足若干项",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("least__gte", 1)), name="some_of_at_least_one")
                ],
            },
            bases=("certificates.requirement",),
        ),
        migrations.CreateModel(
            name="AwardFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("pdf", "PDF"), ("picture", "图片")], max_length=8, verbose_name="种类"),
                ),
                ("stored", models.CharField(max_length=255, unique=True)),
                ("digest", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "shows",
                    models.CharField(
                        choices=[
                            ("valid", "有效"),
                            ("expired", "已过期"),
                            ("revoked", "已撤销"),
                            ("superseded", "已换证"),
                        ],
                        max_length=10,
                        verbose_name="显示的状态",
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="生成时间")),
                (
                    "award",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="certificates.award",
                    ),
                ),
            ],
            options={
                "verbose_name": "证书文件",
                "verbose_name_plural": "证书文件",
                "indexes": [
                    models.Index(fields=["award", "kind", "-id"], name="award_file_newest"),
                    models.Index(fields=["digest"], name="award_file_by_digest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stored", ""), _negated=True), name="award_file_is_stored"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("occurred_at", models.DateTimeField()),
                (
                    "award",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_rows",
                        to="certificates.award",
                    ),
                ),
                (
                    "held",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="award_bases", to="certificates.award"
                    ),
                ),
            ],
            options={
                "verbose_name": "发证依据：另一证书",
                "verbose_name_plural": "发证依据：另一证书",
                "constraints": [models.UniqueConstraint(fields=("award", "held"), name="certificate_basis_once")],
            },
        ),
        migrations.CreateModel(
            name="CourseBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("occurred_at", models.DateTimeField()),
                (
                    "award",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_rows",
                        to="certificates.award",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="award_bases", to="courses.enrolment"
                    ),
                ),
            ],
            options={
                "verbose_name": "发证依据：课程",
                "verbose_name_plural": "发证依据：课程",
                "constraints": [models.UniqueConstraint(fields=("award", "enrolment"), name="course_basis_once")],
            },
        ),
        migrations.CreateModel(
            name="ExamBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300)),
                ("occurred_at", models.DateTimeField()),
                ("score", models.PositiveIntegerField()),
                ("max_score", models.PositiveIntegerField()),
                ("pass_mark", models.PositiveIntegerField()),
                (
                    "award",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_rows",
                        to="certificates.award",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="award_bases", to="exams.result"
                    ),
                ),
            ],
            options={
                "verbose_name": "发证依据：考试",
                "verbose_name_plural": "发证依据：考试",
                "constraints": [models.UniqueConstraint(fields=("award", "result"), name="exam_basis_once")],
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="撤销原因")),
                ("revoked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revocation", to="certificates.award"
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "证书撤销",
                "verbose_name_plural": "证书撤销",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="revocation_has_reason"
                    )
                ],
            },
        ),
    ]
