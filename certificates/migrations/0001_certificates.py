import django.core.validators
from django.db import migrations, models

import certificates.models
import people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(default=people.models.public_code, editable=False, max_length=32, unique=True),
                ),
                ("cycle", models.PositiveSmallIntegerField(default=1, verbose_name="第几次取证")),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="证书编号")),
                ("serial", models.PositiveIntegerField()),
                ("year", models.PositiveSmallIntegerField()),
                (
                    "token",
                    models.CharField(
                        default=certificates.models.verification_token, editable=False, max_length=16, unique=True
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
                ("evidence", models.JSONField()),
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
                ("pdf", models.CharField(blank=True, default="", max_length=255)),
                ("picture", models.CharField(blank=True, default="", max_length=255)),
                ("pdf_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("drawn_as", models.CharField(blank=True, default="", max_length=10)),
                ("render_failures", models.PositiveSmallIntegerField(default=0)),
                ("to_announce", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "证书",
                "verbose_name_plural": "证书",
            },
        ),
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
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=200, verbose_name="撤销原因")),
                ("revoked_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "证书撤销",
                "verbose_name_plural": "证书撤销",
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
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
            ],
            options={
                "verbose_name": "认证方案",
                "verbose_name_plural": "认证方案",
            },
        ),
    ]
