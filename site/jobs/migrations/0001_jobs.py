from django.db import migrations, models

import jobs.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(default=jobs.models.job_code, editable=False, max_length=32, unique=True)),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("arguments", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "排队中"), ("running", "进行中"), ("done", "已完成"), ("failed", "未完成")],
                        default="queued",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已处理")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总数")),
                ("message", models.CharField(blank=True, default="", max_length=500, verbose_name="结果")),
                ("log", models.JSONField(blank=True, default=list, verbose_name="逐条说明")),
                ("result_file", models.CharField(blank=True, default="", max_length=255)),
                ("result_name", models.CharField(blank=True, default="", max_length=255)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("alive_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
            },
        ),
    ]
