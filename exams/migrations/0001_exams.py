import uuid

from django.db import migrations, models

import people.models.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
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
            ],
            options={
                "verbose_name": "答卷",
                "verbose_name_plural": "答卷",
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
            ],
            options={
                "verbose_name": "蓝图行",
                "verbose_name_plural": "蓝图行",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="BlueprintVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("used_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="首次用于组卷")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "组卷蓝图",
                "verbose_name_plural": "组卷蓝图",
            },
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
            ],
            options={
                "verbose_name": "便利安排",
                "verbose_name_plural": "便利安排",
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="题号")),
                ("lineage", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版本")),
                ("is_current", models.BooleanField(default=True, editable=False, verbose_name="最新版本")),
                ("kind", models.CharField(editable=False, max_length=24, verbose_name="题型")),
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
            ],
            options={
                "verbose_name": "试题",
                "verbose_name_plural": "试题",
            },
        ),
        migrations.CreateModel(
            name="Form",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.JSONField()),
                ("question_ids", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "试卷",
                "verbose_name_plural": "试卷",
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
            ],
            options={
                "verbose_name": "迟到作答",
                "verbose_name_plural": "迟到作答",
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
            ],
            options={
                "verbose_name": "评分",
                "verbose_name_plural": "评分",
            },
        ),
        migrations.CreateModel(
            name="QuestionClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_main", models.BooleanField(default=False, verbose_name="主要条款")),
            ],
            options={
                "verbose_name": "试题条款",
                "verbose_name_plural": "试题条款",
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
            ],
            options={
                "verbose_name": "作答",
                "verbose_name_plural": "作答",
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
                ("announced_at", models.DateTimeField(blank=True, null=True)),
                ("withheld", models.BooleanField(default=False)),
                ("announce_failures", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "成绩",
                "verbose_name_plural": "成绩",
            },
        ),
        migrations.CreateModel(
            name="ResultClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveIntegerField()),
                ("max_score", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "条款得分",
                "verbose_name_plural": "条款得分",
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
                ("results_released", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "考试场次",
                "verbose_name_plural": "考试场次",
            },
        ),
        migrations.CreateModel(
            name="SittingForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="套")),
            ],
            options={
                "verbose_name": "场次试卷",
                "verbose_name_plural": "场次试卷",
            },
        ),
    ]
