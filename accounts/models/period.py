from django.db import models

from accounts.choices import Status
from crm.models import Espace


class StatusPeriod(models.Model):
    """A stretch of an account's timeline: `status` from `starts_on` until the day before `ends_before`.

    An account's periods follow each other without gap or overlap, neighbours differ, and the last one is open
    (`ends_before` is None). Only accounts.services.status writes them.
    """

    account = models.ForeignKey("accounts.Account", models.CASCADE, related_name="periods")
    espace = models.ForeignKey(Espace, models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=Status)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True)

    class Meta:
        indexes = [
            # The status of an account on a day, in the index alone: SQLite includes no others.
            models.Index(fields=["account", "starts_on", "status", "ends_before"], name="period_of_account"),
            # Who entered or left a status between two days.
            models.Index(fields=["espace", "status", "starts_on"], name="period_starts"),
            models.Index(fields=["espace", "status", "ends_before"], name="period_ends"),
        ]

    def __str__(self):
        return f"{self.get_status_display()} depuis le {self.starts_on}"
