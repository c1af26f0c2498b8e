from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("exam", "考试成绩"), ("course", "课程学完"), ("award", "取得证书")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("source", models.CharField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=200, verbose_name="事项")),
                ("occurred_at", models.DateTimeField(verbose_name="时间")),
                ("detail", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "佐证材料",
                "verbose_name_plural": "佐证材料",
            },
        ),
        migrations.CreateModel(
            name="FiguresChecked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "取证数核对时间",
                "verbose_name_plural": "取证数核对时间",
            },
        ),
    ]
