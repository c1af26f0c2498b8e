from django.db import migrations


class Migration(migrations.Migration):
    """Apart from the step before: PostgreSQL alters no table whose rows were written in the same transaction."""

    dependencies = [("exams", "0003_sitting_course")]

    operations = [migrations.RemoveField(model_name="sitting", name="course_slug")]
