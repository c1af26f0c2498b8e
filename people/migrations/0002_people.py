import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import people.models.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_user"),
        ("uploads", "0001_uploads"),
    ]

    operations = [
        migrations.CreateModel(
            name="Level",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="名称")),
                ("order", models.PositiveSmallIntegerField(unique=True, verbose_name="顺序")),
                ("is_grid", models.BooleanField(default=False, verbose_name="是网格（分综合网格和专属网格）")),
            ],
            options={
                "verbose_name": "层级",
                "verbose_name_plural": "层级",
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="代码")),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="岗位名称")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
            ],
            options={
                "verbose_name": "岗位",
                "verbose_name_plural": "岗位",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LevelName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="其他写法")),
                ("key", models.CharField(editable=False, max_length=80, unique=True)),
                (
                    "level",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="people.level"
                    ),
                ),
            ],
            options={
                "verbose_name": "层级的其他写法",
                "verbose_name_plural": "层级的其他写法",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("number", models.CharField(max_length=32, unique=True, verbose_name="工号")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("phone", models.CharField(blank=True, default="", max_length=20, verbose_name="手机号")),
                ("entered_on", models.DateField(blank=True, null=True, verbose_name="入职日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="离岗日期")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="member", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "成员",
                "verbose_name_plural": "成员",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=("phone",),
                        name="member_phone_is_one_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on__isnull", True),
                            ("entered_on__isnull", True),
                            ("left_on__gte", models.F("entered_on")),
                            _connector="OR",
                        ),
                        name="member_leaves_after_entering",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=255, unique=True)),
                ("depth", models.PositiveIntegerField()),
                ("numchild", models.PositiveIntegerField(default=0)),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, max_length=32, unique=True, verbose_name="代码"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                (
                    "grid_kind",
                    models.CharField(
                        blank=True,
                        choices=[("", "不适用"), ("integrated_grid", "综合网格"), ("dedicated_grid", "专属网格")],
                        default="",
                        max_length=16,
                        verbose_name="网格类型",
                    ),
                ),
                ("is_urban", models.BooleanField(default=False, verbose_name="城市网格")),
                (
                    "level",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.level",
                        to_field="code",
                        verbose_name="层级",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织机构",
                "verbose_name_plural": "组织机构",
                "indexes": [models.Index(fields=["level", "path"], name="organisation_level_path")],
            },
        ),
        migrations.CreateModel(
            name="PostName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="其他写法")),
                ("key", models.CharField(editable=False, max_length=80, unique=True)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="people.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "岗位的其他写法",
                "verbose_name_plural": "岗位的其他写法",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=people.models.codes.public_code, editable=False, max_length=32, unique=True
                    ),
                ),
                ("contact", models.CharField(blank=True, default="", max_length=80, verbose_name="联系方式")),
                ("page", models.CharField(blank=True, default="", max_length=300, verbose_name="来源页面")),
                ("text", models.TextField(max_length=2000, verbose_name="内容")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待处理"), ("handed_on", "已转办"), ("answered", "已答复")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("hand_on_note", models.CharField(blank=True, default="", max_length=300, verbose_name="转办意见")),
                ("reply", models.TextField(blank=True, default="", max_length=2000, verbose_name="答复")),
                ("replied_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback_to_handle",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "投诉建议",
                "verbose_name_plural": "投诉建议",
                "indexes": [models.Index(fields=["state", "-created_at"], name="feedback_state_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "answered"), _negated=True),
                            models.Q(models.Q(("reply", ""), _negated=True), ("replied_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="feedback_answered_has_reply",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("is_main", models.BooleanField(default=True, verbose_name="主岗")),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="people.member"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="people.organisation",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="people.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "indexes": [
                    models.Index(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=["organisation", "post"],
                        name="assignment_current",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True), ("is_main", True)),
                        fields=("member",),
                        name="assignment_one_current_main_per_member",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("member", "post", "organisation"),
                        name="assignment_held_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="assignment_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("trainer", "培训讲师"),
                            ("marker", "阅卷员"),
                            ("supervisor", "主管"),
                            ("administrator", "管理员"),
                        ],
                        max_length=16,
                        verbose_name="角色",
                    ),
                ),
                ("granted_at", models.DateTimeField(auto_now_add=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to="people.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "角色授权",
                "verbose_name_plural": "角色授权",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("user", "role", "organisation"),
                        name="role_granted_once_per_subtree",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterImport",
            fields=[
                (
                    "upload",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="roster",
                        serialize=False,
                        to="uploads.upload",
                    ),
                ),
                ("marked_as", models.CharField(blank=True, default="", max_length=255)),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "花名册导入",
                "verbose_name_plural": "花名册导入",
            },
        ),
        migrations.CreateModel(
            name="RosterLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unit", "新增单位"),
                            ("new", "新增"),
                            ("changed", "变更"),
                            ("returned", "回岗"),
                            ("left", "离岗"),
                        ],
                        max_length=8,
                    ),
                ),
                ("row", models.PositiveIntegerField(null=True)),
                ("number", models.CharField(blank=True, default="", max_length=32)),
                ("name", models.CharField(max_length=200)),
                ("changes", models.JSONField(default=list)),
                ("warning", models.CharField(blank=True, default="", max_length=200)),
                (
                    "roster_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="people.rosterimport",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["roster_import", "kind", "position"], name="roster_lines_by_kind")],
                "constraints": [
                    models.UniqueConstraint(fields=("roster_import", "position"), name="roster_line_has_its_place")
                ],
            },
        ),
    ]
