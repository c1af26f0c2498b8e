import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import uploads.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("jobs", "0001_jobs"),
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(default=uploads.models.upload_code, editable=False, max_length=32, unique=True),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("stored_as", models.CharField(blank=True, default="", max_length=255)),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="大小")),
                ("digest", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "核对中"),
                            ("refused", "不能导入"),
                            ("ready", "待确认"),
                            ("applying", "导入中"),
                            ("done", "已导入"),
                            ("undone", "已撤销"),
                            ("cancelled", "已取消"),
                        ],
                        default="checking",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("options", models.JSONField(blank=True, default=dict)),
                ("summary", models.JSONField(blank=True, default=dict)),
                ("errors", models.JSONField(blank=True, default=list)),
                ("plan_digest", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="导入时间")),
                ("undo_until", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("forget_at", models.DateTimeField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "上传的文件",
                "verbose_name_plural": "上传的文件",
                "indexes": [
                    models.Index(fields=["uploaded_by", "kind", "-created_at"], name="upload_persons_newest"),
                    models.Index(
                        condition=models.Q(("stored_as", ""), _negated=True),
                        fields=["forget_at"],
                        name="upload_to_forget",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(("plan_digest", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="upload_ready_has_its_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["applying", "done", "undone"]), _negated=True),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="upload_applied_was_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "undone"), _negated=True), ("undone_at__isnull", False), _connector="OR"
                        ),
                        name="upload_undone_has_its_time",
                    ),
                ],
            },
        ),
    ]
