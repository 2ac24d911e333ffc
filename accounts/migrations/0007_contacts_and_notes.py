import django.core.validators
from django.db import migrations, models

import accounts.models.derived
from accounts.models.derived import fold


def fill(apps, schema_editor):
    """Fold the names of the contacts there are; those who left are no main contacts.

    One update a row: after a second one in a transaction, PostgreSQL would refuse to alter the table.
    """
    rows = apps.get_model("accounts", "Contact").objects.all()
    for row in list(rows.values("pk", "first_name", "last_name", "is_main", "left_on")):
        rows.filter(pk=row["pk"]).update(
            name_fold=fold(f"{row['last_name']} {row['first_name']}"),
            is_main=row["is_main"] and row["left_on"] is None,
        )


def _key(to, on_delete, related_name, verbose_name=None):
    """A column that refers to another row; those that may be empty become so when it goes."""
    optional = on_delete is models.SET_NULL
    blank = optional and to != "crm.membership"
    return models.ForeignKey(
        to,
        on_delete,
        null=optional,
        blank=blank,
        related_name=related_name,
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_logo"), ("crm", "0005_journal_of_row")]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="name_fold",
            field=accounts.models.derived.FoldField(
                default="", editable=False, max_length=201, source="name_to_sort"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_main", False), ("left_on__isnull", True), _connector="OR"),
                name="contact_main_is_there",
                violation_error_code="is_main",
                violation_error_message="Qui est parti ne peut pas être le contact principal.",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["espace", "name_fold", "id"], name="contact_list"),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("happened_at", models.DateTimeField(verbose_name="quand")),
                (
                    "text",
                    models.TextField(
                        validators=[django.core.validators.MaxLengthValidator(10000)], verbose_name="texte"
                    ),
                ),
                ("espace", _key("crm.espace", models.CASCADE, "%(class)ss")),
                ("account", _key("accounts.account", models.RESTRICT, "notes", "compte")),
                ("contact", _key("accounts.contact", models.SET_NULL, "notes", "contact")),
                ("opportunite", _key("accounts.opportunite", models.SET_NULL, "notes", "opportunité")),
                ("author", _key("crm.membership", models.SET_NULL, "notes", "auteur")),
            ],
            options={
                "verbose_name": "note",
                "indexes": [models.Index(fields=["account", "-happened_at", "-id"], name="note_fil")],
            },
        ),
    ]
