from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_members_and_journal")]

    operations = [
        migrations.RemoveIndex(model_name="journalentry", name="journal_of_person"),
        *(
            migrations.AddIndex(
                model_name="journalentry",
                index=models.Index(fields=["chain", *columns, "at", "seq"], name=f"journal_by_{name}"),
            )
            for name, columns in {
                "day": [],
                "person": ["user"],
                "kind": ["model"],
                "action": ["action"],
                "door": ["door"],
            }.items()
        ),
    ]
