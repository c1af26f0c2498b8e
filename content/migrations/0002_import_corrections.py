import secrets
from typing import Any

from django.db import migrations, models

import people.models


def fill_codes(apps: Any, schema_editor: Any) -> None:
    for row in apps.get_model("content", "StandardImport").objects.filter(code__isnull=True):
        row.code = secrets.token_hex(10)
        row.save(update_fields=["code"])


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0001_content"),
    ]

    operations = [
        migrations.AddField(
            model_name="standardimport",
            name="code",
            field=models.CharField(max_length=32, null=True, editable=False),
        ),
        migrations.RunPython(fill_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="standardimport",
            name="code",
            field=models.CharField(default=people.models.public_code, editable=False, max_length=32, unique=True),
        ),
        migrations.AddField(
            model_name="standardimport",
            name="recognised",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="standardimport",
            name="corrections",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="standardimport",
            name="version",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
