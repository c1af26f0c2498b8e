import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("key", models.CharField(max_length=120)),
                ("parameters", models.JSONField(blank=True, default=dict)),
                ("target", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "indexes": [
                    models.Index(fields=["user", "-created_at"], name="notice_users_newest"),
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["user", "-created_at"],
                        name="notice_users_unread",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("user", "key"), name="notice_told_once")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=40, verbose_name="渠道")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待发送"),
                            ("sending", "发送中"),
                            ("sent", "已发送"),
                            ("given_up", "未能发送"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="次数")),
                ("due_at", models.DateTimeField()),
                ("error", models.CharField(blank=True, default="", max_length=500, verbose_name="原因")),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息发送",
                "verbose_name_plural": "消息发送",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending"])),
                        fields=["due_at"],
                        name="notice_delivery_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("notice", "channel"), name="notice_delivered_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", False), _connector="OR"
                        ),
                        name="notice_sent_has_time",
                    ),
                ],
            },
        ),
    ]
