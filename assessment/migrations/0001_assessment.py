from django.db import migrations, models

import assessment.standing.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ChangedUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(db_index=True, max_length=255)),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "待重算的单位",
                "verbose_name_plural": "待重算的单位",
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("object_id", models.PositiveBigIntegerField()),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("occurred_at", models.DateTimeField(verbose_name="时间")),
                ("facts", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=255)),
                ("depth", models.PositiveSmallIntegerField()),
                ("total", models.PositiveIntegerField(default=0)),
                ("certified", models.PositiveIntegerField(default=0)),
                ("expiring", models.PositiveIntegerField(default=0)),
                ("expired", models.PositiveIntegerField(default=0)),
                ("in_training", models.PositiveIntegerField(default=0)),
                ("not_started", models.PositiveIntegerField(default=0)),
                ("not_required", models.PositiveIntegerField(default=0)),
                ("as_of", models.DateTimeField()),
            ],
            options={
                "verbose_name": "单位取证数",
                "verbose_name_plural": "单位取证数",
            },
            bases=(assessment.standing.models.CountedByStatus, models.Model),
        ),
        migrations.CreateModel(
            name="FiguresChecked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "取证数核对时间",
                "verbose_name_plural": "取证数核对时间",
            },
        ),
    ]
