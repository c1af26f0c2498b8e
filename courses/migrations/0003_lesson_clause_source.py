from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_course_build")]

    operations = [
        migrations.AddField(model_name="lessonclause", name="is_shown", field=models.BooleanField(default=False)),
    ]
