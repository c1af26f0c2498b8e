import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("exams", "__latest__")]

    operations = [
        migrations.CreateModel(
            name="StoryQuestion",
            fields=[
                (
                    "question_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="exams.question",
                    ),
                ),
                ("asks", models.JSONField(default=list)),
            ],
            bases=("exams.question",),
        ),
    ]
