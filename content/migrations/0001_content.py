import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0002_people"),
        ("uploads", "0001_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Standard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(allow_unicode=True, max_length=60, unique=True, verbose_name="代码")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示文本")),
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
                "verbose_name": "标准",
                "verbose_name_plural": "标准",
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(allow_unicode=True, max_length=80, unique=True, verbose_name="代码")),
                ("number", models.CharField(blank=True, default="", max_length=80, verbose_name="文件编号")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("label", models.CharField(max_length=40, verbose_name="版本")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("upcoming", "即将实施"),
                            ("in_force", "现行"),
                            ("superseded", "废止"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("numbering", models.CharField(max_length=20, verbose_name="编号方式")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="发布日期")),
                ("effective_on", models.DateField(blank=True, null=True, verbose_name="实施日期")),
                ("superseded_on", models.DateField(blank=True, null=True, verbose_name="废止日期")),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示文本")),
                ("source_name", models.CharField(blank=True, default="", max_length=255, verbose_name="来源文件")),
                ("source_digest", models.CharField(blank=True, default="", max_length=64)),
                ("front_matter", models.TextField(blank=True, default="", verbose_name="前言等")),
                ("warnings", models.JSONField(blank=True, default=list, verbose_name="待核对之处")),
                ("imported_at", models.DateTimeField(auto_now_add=True)),
                (
                    "imported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="content.standard"
                    ),
                ),
            ],
            options={
                "verbose_name": "标准版本",
                "verbose_name_plural": "标准版本",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("standard",),
                        name="edition_one_in_force_per_standard",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=255, unique=True)),
                ("depth", models.PositiveIntegerField()),
                ("numchild", models.PositiveIntegerField(default=0)),
                ("lineage", models.UUIDField(db_index=True, default=uuid.uuid4)),
                ("number", models.CharField(blank=True, default="", max_length=60, verbose_name="编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("chapter", "章"),
                            ("section", "节"),
                            ("article", "条（法规）"),
                            ("clause", "条"),
                            ("paragraph", "段"),
                            ("item", "列项"),
                            ("term", "术语条目"),
                            ("annex", "附录"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("title", models.CharField(blank=True, default="", max_length=200, verbose_name="标题")),
                ("text", models.TextField(blank=True, default="", verbose_name="条文")),
                ("notes", models.JSONField(blank=True, default=list, verbose_name="注和示例")),
                ("tables", models.JSONField(blank=True, default=list, verbose_name="表")),
                ("provisions", models.JSONField(blank=True, default=list, verbose_name="条款类型")),
                (
                    "provision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("requirement", "要求"),
                            ("prohibition", "禁止"),
                            ("recommendation", "推荐"),
                            ("permission", "允许"),
                            ("instruction", "指示"),
                            ("statement", "陈述"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="主要条款类型",
                    ),
                ),
                ("quantities", models.JSONField(blank=True, default=list, verbose_name="数值")),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("line", models.PositiveIntegerField(blank=True, null=True, verbose_name="来源行")),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clauses",
                        to="content.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "条款",
                "verbose_name_plural": "条款",
                "indexes": [models.Index(fields=["edition", "path"], name="clause_edition_order")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("edition", "number"),
                        name="clause_number_once_per_edition",
                    ),
                    models.UniqueConstraint(fields=("edition", "lineage"), name="clause_lineage_once_per_edition"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandardImport",
            fields=[
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="standard",
                        serialize=False,
                        to="uploads.upload",
                    ),
                ),
                ("recognised", models.JSONField(blank=True, default=dict)),
                ("parsed", models.JSONField(blank=True, default=dict)),
                ("corrections", models.JSONField(blank=True, default=list)),
                ("version", models.PositiveIntegerField(default=0)),
                ("answers", models.JSONField(blank=True, default=dict)),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="content.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "标准导入",
                "verbose_name_plural": "标准导入",
            },
        ),
        migrations.CreateModel(
            name="ClauseReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cited_as", models.CharField(max_length=80)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="references_made", to="content.clause"
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references_received",
                        to="content.clause",
                    ),
                ),
            ],
            options={
                "verbose_name": "条款引用",
                "verbose_name_plural": "条款引用",
            },
        ),
    ]
