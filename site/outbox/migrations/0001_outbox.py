import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=60)),
                ("subject", models.BigIntegerField()),
                ("hold", models.CharField(db_default="", max_length=60)),
                ("claim", models.CharField(db_default="", max_length=16)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("failures", models.PositiveSmallIntegerField(db_default=0)),
                ("last_error", models.CharField(db_default="", max_length=500)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "待告知的事件",
                "verbose_name_plural": "待告知的事件",
                "indexes": [
                    models.Index(
                        condition=models.Q(("hold", "")), fields=["topic", "due_at", "id"], name="outbox_event_due"
                    ),
                    models.Index(
                        condition=models.Q(("hold", ""), _negated=True), fields=["hold"], name="outbox_event_held"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("topic", "subject", "claim"), name="outbox_event_waits_once")
                ],
            },
        ),
    ]
