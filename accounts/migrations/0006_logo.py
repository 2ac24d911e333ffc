from itertools import islice

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def look_for_all(apps, schema_editor):
    """Accounts that had a website before logos were searched."""
    Account, LogoSearch = apps.get_model("accounts", "Account"), apps.get_model("accounts", "LogoSearch")
    with_website = Account.objects.exclude(website="").values_list("pk", "espace_id")
    searches = (LogoSearch(account_id=pk, espace_id=espace_id) for pk, espace_id in with_website.iterator())
    while batch := list(islice(searches, 1000)):
        LogoSearch.objects.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_list_indexes"),
        ("crm", "0005_journal_of_row"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="logo",
            field=models.CharField(blank=True, editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="account",
            name="logo_by_hand",
            field=models.BooleanField(default=False, verbose_name="logo ajouté à la main"),
        ),
        migrations.AddField(
            model_name="account",
            name="logo_ground",
            field=models.CharField(blank=True, editable=False, max_length=5),
        ),
        migrations.CreateModel(
            name="LogoSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("asked_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, editable=False, max_length=200)),
                ("found_at", models.DateTimeField(null=True)),
                ("source", models.CharField(blank=True, max_length=2100)),
                ("claimed_host", models.CharField(editable=False, max_length=253, null=True, unique=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="logo_search",
                        to="accounts.account",
                    ),
                ),
                (
                    "espace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.espace"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["espace", "due_at"], name="logo_due"),
                    models.Index(
                        condition=models.Q(("claimed_until__isnull", False)),
                        fields=["claimed_until"],
                        name="logo_claims",
                    ),
                ],
            },
        ),
        migrations.RunPython(look_for_all, migrations.RunPython.noop),
    ]
