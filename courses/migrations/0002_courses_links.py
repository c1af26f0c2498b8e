import django.db.models.deletion
import modelcluster.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("content", "0002_content_links"),
        ("courses", "0001_courses"),
        ("people", "0001_people"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="coursebuild",
            name="built_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="edition",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="courses",
                to="content.edition",
                verbose_name="依据的标准版本",
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="posts",
            field=modelcluster.fields.ParentalManyToManyField(
                blank=True, related_name="+", to="people.post", verbose_name="适用岗位（不选为全部）"
            ),
        ),
        migrations.AddField(
            model_name="coursepage",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
                verbose_name="所属单位",
            ),
        ),
        migrations.AddField(
            model_name="coursebuild",
            name="course",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="build", to="courses.coursepage"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="assigned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="course",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="courses.coursepage"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="people.member"
            ),
        ),
        migrations.AddField(
            model_name="lessonclause",
            name="clause",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lesson_links",
                to="content.clause",
                verbose_name="条款",
            ),
        ),
        migrations.AddField(
            model_name="lessonclause",
            name="lesson",
            field=modelcluster.fields.ParentalKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="clause_links", to="courses.lessonpage"
            ),
        ),
        migrations.AddField(
            model_name="lessonprogress",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="courses.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="lessonprogress",
            name="lesson",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="courses.lessonpage"
            ),
        ),
        migrations.AddField(
            model_name="lessonprogress",
            name="revision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.revision",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(fields=("member", "course", "cycle"), name="enrolment_once_per_cycle"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("completed_at__isnull", True)),
                fields=("member", "course"),
                name="enrolment_one_open_cycle",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(condition=models.Q(("cycle__gte", 1)), name="enrolment_cycle_from_one"),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("completed_at__isnull", True), ("started_at__isnull", False), _connector="OR"),
                name="enrolment_completed_was_started",
            ),
        ),
        migrations.AddConstraint(
            model_name="lessonclause",
            constraint=models.UniqueConstraint(fields=("lesson", "clause"), name="lesson_clause_once"),
        ),
        migrations.AddConstraint(
            model_name="lessonprogress",
            constraint=models.UniqueConstraint(fields=("enrolment", "lesson"), name="lesson_progress_once"),
        ),
        migrations.AddConstraint(
            model_name="lessonprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(("passed_at__isnull", True), ("revision__isnull", False), _connector="OR"),
                name="lesson_passed_keeps_revision",
            ),
        ),
    ]
