from django.db import models

from crm.models import Espace, Membership


class TrashedRow(models.Model):
    """A row taken out of its table, with those that went with it: out of every list, count and status.

    Kept as values rather than marked as deleted, so that no query can forget to leave it out
    (see accounts.services.trash).
    """

    espace = models.ForeignKey(Espace, models.CASCADE, related_name="trash")
    model = models.CharField(max_length=20)
    row_id = models.PositiveBigIntegerField()
    name = models.CharField(max_length=250)
    trashed_at = models.DateTimeField()
    trashed_by = models.ForeignKey(Membership, models.SET_NULL, null=True, related_name="+")
    # The row and those that went with it, in an order in which they can come back: see services.trash.stored.
    rows = models.JSONField()
    # [model, id, column, what the column held] for the rows that referred to one of them, and stayed.
    links = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["espace", "-trashed_at", "-id"], name="trash_list"),
            models.Index(fields=["trashed_at"], name="trash_due"),
        ]

    def __str__(self):
        return self.name
