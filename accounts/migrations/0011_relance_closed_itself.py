from django.db import migrations, models


def tell_apart(apps, schema_editor):
    """Those that closed themselves until now said so in their outcome, and nowhere else."""
    closed = apps.get_model("accounts", "Relance").objects.filter(done_on__isnull=False)
    closed.filter(outcome__startswith="Close d'elle-même : ").update(closed_itself=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_digest")]

    operations = [
        migrations.AddField(
            model_name="relance",
            name="closed_itself",
            field=models.BooleanField(default=False, verbose_name="close d'elle-même"),
        ),
        migrations.RunPython(tell_apart, migrations.RunPython.noop),
    ]
