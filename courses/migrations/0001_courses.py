import django.db.models.deletion
import django.utils.timezone
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("content", "0001_content"),
        ("people", "0002_people"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="CataloguePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("intro", models.TextField(blank=True, default="", max_length=500, verbose_name="说明")),
            ],
            options={
                "verbose_name": "课程目录",
                "verbose_name_plural": "课程目录",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="CourseReview",
            fields=[
                (
                    "groupapprovaltask_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.groupapprovaltask",
                    ),
                ),
            ],
            options={
                "verbose_name": "讲师审核",
                "verbose_name_plural": "讲师审核",
            },
            bases=("wagtailcore.groupapprovaltask",),
        ),
        migrations.CreateModel(
            name="LessonPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(default=8, verbose_name="预计分钟")),
                (
                    "objectives",
                    models.TextField(blank=True, default="", help_text="一行一个目标。", verbose_name="学习目标"),
                ),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("text_card", 2),
                            ("clause", 3),
                            ("image", 6),
                            ("video", 10),
                            ("attachment", 13),
                            ("case", 18),
                            ("steps", 22),
                            ("tip", 25),
                            ("check", 34),
                        ],
                        blank=True,
                        block_lookup={
                            0: ("wagtail.blocks.CharBlock", (), {"label": "小标题", "max_length": 30}),
                            1: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "一张卡片不超过 200 个字；空一行为新的一段。",
                                    "label": "文字",
                                    "max_length": 600,
                                },
                            ),
                            2: ("wagtail.blocks.StructBlock", [[("heading", 0), ("text", 1)]], {}),
                            3: ("courses.blocks.ClauseChooserBlock", (), {}),
                            4: ("wagtail.images.blocks.ImageBlock", [], {"label": "图片"}),
                            5: ("wagtail.blocks.CharBlock", (), {"label": "图注", "max_length": 80, "required": False}),
                            6: ("wagtail.blocks.StructBlock", [[("image", 4), ("caption", 5)]], {}),
                            7: ("wagtail.blocks.CharBlock", (), {"label": "标题", "max_length": 40}),
                            8: (
                                "wagtail.documents.blocks.DocumentChooserBlock",
                                (),
                                {"help_text": "MP4 或 WebM，点播放才下载。", "label": "视频文件"},
                            ),
                            9: (
                                "wagtail.documents.blocks.DocumentChooserBlock",
                                (),
                                {"help_text": "WebVTT（.vtt）", "label": "字幕文件"},
                            ),
                            10: ("wagtail.blocks.StructBlock", [[("title", 7), ("video", 8), ("captions", 9)]], {}),
                            11: ("wagtail.blocks.CharBlock", (), {"label": "名称", "max_length": 60}),
                            12: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "文件"}),
                            13: ("wagtail.blocks.StructBlock", [[("title", 11), ("document", 12)]], {}),
                            14: ("wagtail.blocks.CharBlock", (), {"label": "案例标题", "max_length": 30}),
                            15: ("wagtail.blocks.TextBlock", (), {"label": "情形", "max_length": 600}),
                            16: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "想一想", "max_length": 120, "required": False},
                            ),
                            17: ("wagtail.blocks.TextBlock", (), {"label": "分析", "max_length": 600}),
                            18: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 14), ("situation", 15), ("question", 16), ("analysis", 17)]],
                                {},
                            ),
                            19: ("wagtail.blocks.CharBlock", (), {"label": "标题", "max_length": 30}),
                            20: ("wagtail.blocks.CharBlock", (), {"label": "步骤", "max_length": 120}),
                            21: ("wagtail.blocks.ListBlock", (20,), {"label": "步骤", "min_num": 2}),
                            22: ("wagtail.blocks.StructBlock", [[("title", 19), ("steps", 21)]], {}),
                            23: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {"choices": [("tip", "提示"), ("warning", "注意")], "label": "语气"},
                            ),
                            24: ("wagtail.blocks.CharBlock", (), {"label": "内容", "max_length": 120}),
                            25: ("wagtail.blocks.StructBlock", [[("tone", 23), ("text", 24)]], {}),
                            26: ("wagtail.blocks.CharBlock", (), {"label": "题干", "max_length": 200}),
                            27: ("wagtail.blocks.CharBlock", (), {"label": "选项", "max_length": 120}),
                            28: ("wagtail.blocks.BooleanBlock", (), {"label": "正确", "required": False}),
                            29: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "选它时的说明", "max_length": 160, "required": False},
                            ),
                            30: ("wagtail.blocks.StructBlock", [[("text", 27), ("correct", 28), ("feedback", 29)]], {}),
                            31: ("wagtail.blocks.ListBlock", (30,), {"label": "选项", "max_num": 6, "min_num": 2}),
                            32: ("wagtail.blocks.TextBlock", (), {"label": "解析", "max_length": 400}),
                            33: ("courses.blocks.ClauseChooserBlock", (), {"label": "依据条款", "required": False}),
                            34: (
                                "wagtail.blocks.StructBlock",
                                [[("stem", 26), ("options", 31), ("explanation", 32), ("clause", 33)]],
                                {},
                            ),
                        },
                        verbose_name="课的内容",
                    ),
                ),
            ],
            options={
                "verbose_name": "课",
                "verbose_name_plural": "课",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="CoursePage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                ("summary", models.CharField(blank=True, default="", max_length=120, verbose_name="一句话介绍")),
                ("intro", wagtail.fields.RichTextField(blank=True, default="", verbose_name="课程说明")),
                ("audience", models.CharField(blank=True, default="", max_length=120, verbose_name="适用对象")),
                (
                    "is_compulsory",
                    models.BooleanField(
                        default=False,
                        help_text="勾选后，发布时适用岗位的人都会收到这项学习任务。不勾选为选学，只列在课程目录中。",
                        verbose_name="必学",
                    ),
                ),
                (
                    "due_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=30,
                        null=True,
                        verbose_name="必学课程须在几天内学完（从收到任务算起，空为不限）",
                    ),
                ),
                ("is_onboarding", models.BooleanField(default=False, verbose_name="岗前培训")),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="courses",
                        to="content.edition",
                        verbose_name="依据的标准版本",
                    ),
                ),
                (
                    "posts",
                    modelcluster.fields.ParentalManyToManyField(
                        blank=True, related_name="+", to="people.post", verbose_name="适用岗位（不选为全部）"
                    ),
                ),
                (
                    "unit",
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
                "verbose_name": "课程",
                "verbose_name_plural": "课程",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="CourseBuild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("built_at", models.DateTimeField(auto_now_add=True)),
                (
                    "built_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="build", to="courses.coursepage"
                    ),
                ),
            ],
            options={
                "verbose_name": "从条款建课",
                "verbose_name_plural": "从条款建课",
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cycle", models.PositiveSmallIntegerField(default=1, verbose_name="第几次学习")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("post", "岗位要求"),
                            ("supervisor", "主管安排"),
                            ("make_up", "补学"),
                            ("own", "自己选学"),
                        ],
                        max_length=12,
                        verbose_name="原因",
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=120, verbose_name="说明")),
                ("assigned_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="安排时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="应完成日期")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始学习时间")),
                ("completed_at", models.DateTimeField(blank=True, null=True, verbose_name="学完时间")),
                (
                    "assigned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="courses.coursepage"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="people.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "选课",
                "verbose_name_plural": "选课",
                "constraints": [
                    models.UniqueConstraint(fields=("member", "course", "cycle"), name="enrolment_once_per_cycle"),
                    models.UniqueConstraint(
                        condition=models.Q(("completed_at__isnull", True)),
                        fields=("member", "course"),
                        name="enrolment_one_open_cycle",
                    ),
                    models.CheckConstraint(condition=models.Q(("cycle__gte", 1)), name="enrolment_cycle_from_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("completed_at__isnull", True), ("started_at__isnull", False), _connector="OR"
                        ),
                        name="enrolment_completed_was_started",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort_order", models.IntegerField(blank=True, editable=False, null=True)),
                ("is_shown", models.BooleanField(default=False)),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lesson_links",
                        to="content.clause",
                        verbose_name="条款",
                    ),
                ),
                (
                    "lesson",
                    modelcluster.fields.ParentalKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clause_links",
                        to="courses.lessonpage",
                    ),
                ),
            ],
            options={
                "verbose_name": "课的条款",
                "verbose_name_plural": "课的条款",
                "ordering": ["sort_order"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("lesson", "clause"), name="lesson_clause_once")],
            },
        ),
        migrations.CreateModel(
            name="LessonProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="第几张卡片")),
                ("checks", models.JSONField(blank=True, default=list, verbose_name="已答对的小测")),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("passed_at", models.DateTimeField(blank=True, null=True, verbose_name="学完时间")),
                (
                    "enrolment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="progress",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="courses.lessonpage"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wagtailcore.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "学习进度",
                "verbose_name_plural": "学习进度",
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "lesson"), name="lesson_progress_once"),
                    models.CheckConstraint(
                        condition=models.Q(("passed_at__isnull", True), ("revision__isnull", False), _connector="OR"),
                        name="lesson_passed_keeps_revision",
                    ),
                ],
            },
        ),
    ]
