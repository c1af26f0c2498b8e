from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0001_people")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="initial_password_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="初始密码有效期至"),
        ),
    ]
