from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120)),
                ("text", models.CharField(max_length=300, verbose_name="内容")),
                ("url", models.CharField(blank=True, default="", max_length=300)),
                ("action", models.CharField(blank=True, default="", max_length=20, verbose_name="操作")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
            },
        ),
    ]
