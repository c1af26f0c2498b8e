from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def slugs_to_rows(apps: Any, schema_editor: Any) -> None:
    courses = dict(apps.get_model("courses", "CoursePage").objects.values_list("slug", "pk"))
    for sitting in apps.get_model("exams", "Sitting").objects.exclude(course_slug=""):
        sitting.course_id = courses.get(sitting.course_slug)
        sitting.save(update_fields=["course"])


def rows_to_slugs(apps: Any, schema_editor: Any) -> None:
    for sitting in apps.get_model("exams", "Sitting").objects.filter(course__isnull=False).select_related("course"):
        sitting.course_slug = sitting.course.slug
        sitting.save(update_fields=["course_slug"])


class Migration(migrations.Migration):
    """A course is renamed, its row stays: the slug would have locked everybody out of an opened sitting."""

    dependencies = [("courses", "0001_courses"), ("exams", "0002_announce_failures")]

    operations = [
        migrations.AddField(
            model_name="sitting",
            name="course",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.coursepage",
                verbose_name="须先学完的课程",
            ),
        ),
        migrations.RunPython(slugs_to_rows, rows_to_slugs),
    ]
