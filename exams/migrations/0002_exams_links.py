import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("content", "0002_content_links"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("courses", "0002_courses_links"),
        ("exams", "0001_exams"),
        ("people", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="people.member"
            ),
        ),
        migrations.AddField(
            model_name="blueprintversion",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="blueprintversion",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="blueprints",
                to="content.edition",
                verbose_name="标准版本",
            ),
        ),
        migrations.AddField(
            model_name="blueprintrow",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="exams.blueprintversion"
            ),
        ),
        migrations.AddField(
            model_name="exam",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="blueprintversion",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="exams.exam",
                verbose_name="考试",
            ),
        ),
        migrations.AddField(
            model_name="extratime",
            name="granted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="extratime",
            name="member",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="extra_time", to="people.member"
            ),
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
        migrations.AddField(
            model_name="question",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="polymorphic_ctype",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="polymorphic_%(app_label)s.%(class)s_set+",
                to="contenttypes.contenttype",
            ),
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
        migrations.AddField(
            model_name="form",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="forms", to="exams.blueprintversion"
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="exams.form"
            ),
        ),
        migrations.AddField(
            model_name="lateanswer",
            name="attempt",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="late_answers",
                to="exams.attempt",
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="attempt",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="exams.attempt"
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="marked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="mark",
            name="question",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.question"),
        ),
        migrations.AddField(
            model_name="questionclause",
            name="clause",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="question_links", to="content.clause"
            ),
        ),
        migrations.AddField(
            model_name="questionclause",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="clause_links", to="exams.question"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="clauses",
            field=models.ManyToManyField(
                related_name="questions", through="exams.QuestionClause", to="content.clause", verbose_name="依据条款"
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="attempt",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="exams.attempt",
            ),
        ),
        migrations.AddField(
            model_name="result",
            name="attempt",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="result", to="exams.attempt"
            ),
        ),
        migrations.AddField(
            model_name="resultclause",
            name="clause",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.clause"),
        ),
        migrations.AddField(
            model_name="resultclause",
            name="result",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="clauses", to="exams.result"
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.coursepage",
                verbose_name="须先学完的课程",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sittings",
                to="exams.exam",
                verbose_name="考试",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sittings",
                to="people.organisation",
                verbose_name="参加单位",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="posts",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="people.post", verbose_name="参加岗位（不选为全部）"
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="version",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sittings",
                to="exams.blueprintversion",
                verbose_name="组卷蓝图",
            ),
        ),
        migrations.AddField(
            model_name="attempt",
            name="sitting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="exams.sitting"
            ),
        ),
        migrations.AddField(
            model_name="sittingform",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="handed_out", to="exams.form"
            ),
        ),
        migrations.AddField(
            model_name="sittingform",
            name="sitting",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handed_out",
                to="exams.sitting",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="forms",
            field=models.ManyToManyField(related_name="sittings", through="exams.SittingForm", to="exams.form"),
        ),
        migrations.AddConstraint(
            model_name="blueprintrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gte", 1)), name="blueprint_row_has_questions"
            ),
        ),
        migrations.AddConstraint(
            model_name="blueprintrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("marks_each__gte", 1)), name="blueprint_row_has_marks"
            ),
        ),
        migrations.AddConstraint(
            model_name="blueprintversion",
            constraint=models.UniqueConstraint(fields=("exam", "number"), name="blueprint_version_once"),
        ),
        migrations.AddConstraint(
            model_name="blueprintversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="blueprint_version_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="extratime",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 1), ("percent__lte", 200)), name="extra_time_percent_sensible"
            ),
        ),
        migrations.AddConstraint(
            model_name="lateanswer",
            constraint=models.UniqueConstraint(
                fields=("attempt", "number", "epoch", "sequence"), name="late_answer_kept_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.UniqueConstraint(fields=("attempt", "number", "round"), name="mark_once_per_round"),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__lte", models.F("max_score"))), name="mark_between_zero_and_maximum"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionclause",
            constraint=models.UniqueConstraint(fields=("question", "clause"), name="question_clause_once"),
        ),
        migrations.AddConstraint(
            model_name="questionclause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)), fields=("question",), name="question_one_main_clause"
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["is_current", "state", "kind"], name="question_drawable"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("lineage", "version"), name="question_version_once"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("lineage",), name="question_one_current_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("code", "version"), name="question_code_once_per_version"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="question_version_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.UniqueConstraint(fields=("attempt", "number"), name="response_one_per_question"),
        ),
        migrations.AddIndex(
            model_name="result",
            index=models.Index(
                condition=models.Q(("announced_at__isnull", True), ("withheld", False)),
                fields=["announce_failures", "marked_at"],
                name="result_unannounced",
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__lte", models.F("max_score"))), name="result_score_within_maximum"
            ),
        ),
        migrations.AddConstraint(
            model_name="resultclause",
            constraint=models.UniqueConstraint(fields=("result", "clause"), name="result_clause_once"),
        ),
        migrations.AddConstraint(
            model_name="resultclause",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__lte", models.F("max_score"))), name="result_clause_score_within_maximum"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["deadline"], name="attempt_open_by_deadline"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["member", "-started_at"], name="attempt_members_newest"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("state", "marking")), fields=["sitting", "code"], name="attempt_waits_for_marks"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("sitting", "member"),
                name="attempt_one_open_per_member_and_sitting",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(fields=("sitting", "member", "ordinal"), name="attempt_ordinal_once"),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(("deadline__gt", models.F("started_at"))), name="attempt_deadline_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "open"), ("submitted_at__isnull", True)),
                    models.Q(models.Q(("state", "open"), _negated=True), ("submitted_at__isnull", False)),
                    _connector="OR",
                ),
                name="attempt_submitted_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="sittingform",
            constraint=models.UniqueConstraint(fields=("sitting", "order"), name="sitting_form_order_once"),
        ),
        migrations.AddConstraint(
            model_name="sittingform",
            constraint=models.UniqueConstraint(fields=("sitting", "form"), name="sitting_form_once"),
        ),
        migrations.AddIndex(
            model_name="sitting",
            index=models.Index(fields=["state", "closes_at"], name="sitting_state_close"),
        ),
        migrations.AddIndex(
            model_name="sitting",
            index=models.Index(
                condition=models.Q(("release", "after_close"), ("results_released", False)),
                fields=["closes_at"],
                name="sitting_to_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))), name="sitting_closes_after_opening"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(("duration_minutes__gte", 1)), name="sitting_has_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_attempts__isnull", True), ("max_attempts__gte", 1), _connector="OR"),
                name="sitting_attempts_null_is_unlimited",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), ("version__isnull", True)),
                    models.Q(models.Q(("state", "draft"), _negated=True), ("version__isnull", False)),
                    _connector="OR",
                ),
                name="sitting_opened_by_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("pass_mark__lte", models.F("total_marks")), _connector="OR"),
                name="sitting_pass_mark_within_total",
            ),
        ),
    ]
