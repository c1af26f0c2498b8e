import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import people.models.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("content", "0001_content"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("courses", "0001_courses"),
        ("people", "0002_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="题号")),
                ("lineage", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("is_current", models.BooleanField(default=True, editable=False, verbose_name="最新版本")),
                ("kind", models.CharField(editable=False, max_length=24, verbose_name="题型")),
                ("numbers", models.PositiveSmallIntegerField(default=1, editable=False, verbose_name="占题号数")),
                ("stem", models.TextField(verbose_name="题干")),
                ("explanation", models.TextField(blank=True, default="", verbose_name="解析")),
                (
                    "difficulty",
                    models.CharField(
                        choices=[("easy", "易"), ("medium", "中"), ("hard", "难")],
                        default="medium",
                        max_length=8,
                        verbose_name="难度",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "草稿"), ("ready", "可用"), ("retired", "停用")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="首次用于考试")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "polymorphic_ctype",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="polymorphic_%(app_label)s.%(class)s_set+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "试题",
                "verbose_name_plural": "试题",
                "indexes": [models.Index(fields=["is_current", "state", "kind"], name="question_drawable")],
                "constraints": [
                    models.UniqueConstraint(fields=("lineage", "version"), name="question_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("lineage",),
                        name="question_one_current_version",
                    ),
                    models.UniqueConstraint(fields=("code", "version"), name="question_code_once_per_version"),
                    models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="question_version_from_one"),
                    models.CheckConstraint(condition=models.Q(("numbers__gte", 1)), name="question_takes_a_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("letter", models.CharField(max_length=4, unique=True)),
                ("newest", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Exam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "verbose_name": "考试",
                "verbose_name_plural": "考试",
            },
        ),
        migrations.CreateModel(
            name="ExtraTime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("percent", models.PositiveSmallIntegerField(verbose_name="延长（%）")),
                ("reason", models.CharField(max_length=60, verbose_name="事由类别")),
                ("granted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extra_time", to="people.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "便利安排",
                "verbose_name_plural": "便利安排",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("percent__gte", 1), ("percent__lte", 200)),
                        name="extra_time_percent_sensible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BlueprintVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="首次用于组卷")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blueprints",
                        to="content.edition",
                        verbose_name="标准版本",
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="exams.exam",
                        verbose_name="考试",
                    ),
                ),
            ],
            options={
                "verbose_name": "组卷蓝图",
                "verbose_name_plural": "组卷蓝图",
                "constraints": [
                    models.UniqueConstraint(fields=("exam", "number"), name="blueprint_version_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="blueprint_version_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FillBlankQuestion",
            fields=[
                (
                    "question_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="exams.question",
                    ),
                ),
                ("blanks", models.JSONField(default=list, verbose_name="各空答案")),
            ],
            options={
                "verbose_name": "填空题",
                "verbose_name_plural": "填空题",
            },
            bases=("exams.question",),
        ),
        migrations.CreateModel(
            name="MultipleChoiceQuestion",
            fields=[
                (
                    "question_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="exams.question",
                    ),
                ),
                ("options", models.JSONField(default=list, verbose_name="选项")),
            ],
            options={
                "verbose_name": "多选题",
                "verbose_name_plural": "多选题",
            },
            bases=("exams.question",),
        ),
        migrations.CreateModel(
            name="SingleChoiceQuestion",
            fields=[
                (
                    "question_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="exams.question",
                    ),
                ),
                ("options", models.JSONField(default=list, verbose_name="选项")),
            ],
            options={
                "verbose_name": "单选题",
                "verbose_name_plural": "单选题",
            },
            bases=("exams.question",),
        ),
        migrations.CreateModel(
            name="TrueFalseQuestion",
            fields=[
                (
                    "question_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="exams.question",
                    ),
                ),
                ("is_true", models.BooleanField(default=True, verbose_name="题干说法正确")),
            ],
            options={
                "verbose_name": "判断题",
                "verbose_name_plural": "判断题",
            },
            bases=("exams.question",),
        ),
        migrations.CreateModel(
            name="QuestionClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_main", models.BooleanField(default=False, verbose_name="主要条款")),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="question_links", to="content.clause"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clause_links",
                        to="exams.question",
                    ),
                ),
            ],
            options={
                "verbose_name": "试题条款",
                "verbose_name_plural": "试题条款",
                "constraints": [
                    models.UniqueConstraint(fields=("question", "clause"), name="question_clause_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_main", True)), fields=("question",), name="question_one_main_clause"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.JSONField()),
                ("question_ids", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="forms", to="exams.blueprintversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "试卷",
                "verbose_name_plural": "试卷",
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("opens_at", models.DateTimeField(verbose_name="开始时间")),
                ("closes_at", models.DateTimeField(verbose_name="结束时间")),
                ("duration_minutes", models.PositiveSmallIntegerField(verbose_name="考试时长（分钟）")),
                ("pass_mark", models.PositiveIntegerField(verbose_name="合格线（百分之一分）")),
                (
                    "total_marks",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="满分（百分之一分）"),
                ),
                ("question_count", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "max_attempts",
                    models.PositiveSmallIntegerField(
                        blank=True, default=1, null=True, verbose_name="每人次数（空为不限）"
                    ),
                ),
                ("form_count", models.PositiveSmallIntegerField(default=2, verbose_name="试卷套数")),
                (
                    "release",
                    models.CharField(
                        choices=[
                            ("at_once", "交卷后立即公布成绩和答案"),
                            ("result_only", "交卷后公布成绩，场次结束后公布答案"),
                            ("after_close", "场次结束后公布成绩和答案"),
                            ("never_review", "交卷后公布成绩，不公布答案"),
                        ],
                        default="result_only",
                        max_length=12,
                        verbose_name="成绩公布",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "准备中"), ("open", "已开放"), ("closed", "已结束")],
                        default="draft",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "course",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.coursepage",
                        verbose_name="须先学完的课程",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings",
                        to="exams.exam",
                        verbose_name="考试",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings",
                        to="people.organisation",
                        verbose_name="参加单位",
                    ),
                ),
                (
                    "posts",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="people.post", verbose_name="参加岗位（不选为全部）"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings",
                        to="exams.blueprintversion",
                        verbose_name="组卷蓝图",
                    ),
                ),
            ],
            options={
                "verbose_name": "考试场次",
                "verbose_name_plural": "考试场次",
                "indexes": [models.Index(fields=["state", "closes_at"], name="sitting_state_close")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="sitting_closes_after_opening"
                    ),
                    models.CheckConstraint(condition=models.Q(("duration_minutes__gte", 1)), name="sitting_has_time"),
                    models.CheckConstraint(
                        condition=models.Q(("max_attempts__isnull", True), ("max_attempts__gte", 1), _connector="OR"),
                        name="sitting_attempts_null_is_unlimited",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "draft"), ("version__isnull", True)),
                            models.Q(models.Q(("state", "draft"), _negated=True), ("version__isnull", False)),
                            _connector="OR",
                        ),
                        name="sitting_opened_by_a_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), ("pass_mark__lte", models.F("total_marks")), _connector="OR"
                        ),
                        name="sitting_pass_mark_within_total",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlueprintRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("kind", models.CharField(max_length=24, verbose_name="题型")),
                ("chapter", models.CharField(blank=True, default="", max_length=20, verbose_name="章")),
                ("count", models.PositiveSmallIntegerField(verbose_name="题数")),
                ("marks_each", models.PositiveIntegerField(verbose_name="每题分值（百分之一分）")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="exams.blueprintversion"
                    ),
                ),
            ],
            options={
                "verbose_name": "蓝图行",
                "verbose_name_plural": "蓝图行",
                "ordering": ["order", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("count__gte", 1)), name="blueprint_row_has_questions"),
                    models.CheckConstraint(condition=models.Q(("marks_each__gte", 1)), name="blueprint_row_has_marks"),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormKey",
            fields=[
                (
                    "form",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="exams.form",
                    ),
                ),
                ("document", models.JSONField()),
            ],
            options={
                "verbose_name": "试卷答案",
                "verbose_name_plural": "试卷答案",
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("ordinal", models.PositiveSmallIntegerField(default=1, verbose_name="第几次")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "作答中"),
                            ("submitted", "已交卷"),
                            ("marking", "正在评分"),
                            ("marked", "已评分"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "closed_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未交卷"),
                            ("member", "本人交卷"),
                            ("deadline", "到时自动交卷"),
                            ("staff", "管理员交卷"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("epoch", models.PositiveIntegerField(default=1)),
                ("device", models.CharField(blank=True, default="", max_length=64)),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("deadline", models.DateTimeField(verbose_name="截止时间")),
                ("extra_percent", models.PositiveSmallIntegerField(default=0)),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="交卷时间")),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="people.member",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="exams.form"
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="exams.sitting",
                    ),
                ),
            ],
            options={
                "verbose_name": "答卷",
                "verbose_name_plural": "答卷",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["deadline"], name="attempt_open_by_deadline"
                    ),
                    models.Index(fields=["member", "-started_at"], name="attempt_members_newest"),
                    models.Index(
                        condition=models.Q(("state", "marking")),
                        fields=["sitting", "code"],
                        name="attempt_waits_for_marks",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("sitting", "member"),
                        name="attempt_one_open_per_member_and_sitting",
                    ),
                    models.UniqueConstraint(fields=("sitting", "member", "ordinal"), name="attempt_ordinal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("deadline__gt", models.F("started_at"))),
                        name="attempt_deadline_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "open"), ("submitted_at__isnull", True)),
                            models.Q(models.Q(("state", "open"), _negated=True), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="attempt_submitted_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SittingForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="套")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handed_out", to="exams.form"
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_out",
                        to="exams.sitting",
                    ),
                ),
            ],
            options={
                "verbose_name": "场次试卷",
                "verbose_name_plural": "场次试卷",
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "order"), name="sitting_form_order_once"),
                    models.UniqueConstraint(fields=("sitting", "form"), name="sitting_form_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LateAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("value", models.TextField()),
                ("epoch", models.PositiveIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("answered_at", models.DateTimeField()),
                ("arrived_at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="late_answers",
                        to="exams.attempt",
                    ),
                ),
            ],
            options={
                "verbose_name": "迟到作答",
                "verbose_name_plural": "迟到作答",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "number", "epoch", "sequence"), name="late_answer_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("score", models.PositiveIntegerField()),
                ("max_score", models.PositiveIntegerField()),
                ("comment", models.CharField(blank=True, default="", max_length=500, verbose_name="评语")),
                ("marked_at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="exams.attempt",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.question"
                    ),
                ),
            ],
            options={
                "verbose_name": "评分",
                "verbose_name_plural": "评分",
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "number", "round"), name="mark_once_per_round"),
                    models.CheckConstraint(
                        condition=models.Q(("score__lte", models.F("max_score"))), name="mark_between_zero_and_maximum"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("value", models.TextField(default="null")),
                ("flagged", models.BooleanField(default=False)),
                ("epoch", models.PositiveIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("saved_at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="exams.attempt",
                    ),
                ),
            ],
            options={
                "verbose_name": "作答",
                "verbose_name_plural": "作答",
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "number"), name="response_one_per_question")
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveIntegerField(verbose_name="得分（百分之一分）")),
                ("max_score", models.PositiveIntegerField(verbose_name="满分（百分之一分）")),
                ("passed", models.BooleanField(verbose_name="合格")),
                ("marked_at", models.DateTimeField()),
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="result", to="exams.attempt"
                    ),
                ),
            ],
            options={
                "verbose_name": "成绩",
                "verbose_name_plural": "成绩",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__lte", models.F("max_score"))), name="result_score_within_maximum"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerToMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("submitted_at", models.DateTimeField()),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
                ("marked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "marker",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers_to_mark",
                        to="exams.attempt",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.question"
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers_to_mark", to="exams.sitting"
                    ),
                ),
            ],
            options={
                "verbose_name": "待阅答案",
                "verbose_name_plural": "待阅答案",
                "indexes": [
                    models.Index(
                        condition=models.Q(("marked_at__isnull", True)),
                        fields=["sitting", "question", "part", "submitted_at"],
                        name="answer_to_mark_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("marker__isnull", False)),
                        fields=["marker", "sitting"],
                        name="answer_to_mark_of_marker",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "number"), name="answer_to_mark_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("claimed_until__isnull", True), ("marked_at__isnull", True), ("marker__isnull", True)
                            ),
                            models.Q(
                                ("claimed_until__isnull", False), ("marked_at__isnull", True), ("marker__isnull", False)
                            ),
                            models.Q(
                                ("claimed_until__isnull", True), ("marked_at__isnull", False), ("marker__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="answer_to_mark_waits_is_claimed_or_marked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveIntegerField()),
                ("max_score", models.PositiveIntegerField()),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.clause"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clauses",
                        to="exams.result",
                    ),
                ),
            ],
            options={
                "verbose_name": "条款得分",
                "verbose_name_plural": "条款得分",
                "constraints": [
                    models.UniqueConstraint(fields=("result", "clause"), name="result_clause_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__lte", models.F("max_score"))),
                        name="result_clause_score_within_maximum",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="Question",
            name="clauses",
            field=models.ManyToManyField(
                related_name="questions", through="exams.QuestionClause", to="content.clause", verbose_name="依据条款"
            ),
        ),
        migrations.AddField(
            model_name="Sitting",
            name="forms",
            field=models.ManyToManyField(related_name="sittings", through="exams.SittingForm", to="exams.form"),
        ),
    ]
