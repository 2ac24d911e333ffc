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
    rows = models.JSONField()  # the row and those that went with it, in the order in which they come back
    links = models.JSONField(default=list)  # [model, id, column] of the rows that referred to it and stayed

    class Meta:
        indexes = [
            models.Index(fields=["espace", "-trashed_at", "-id"], name="trash_list"),
            models.Index(fields=["trashed_at"], name="trash_due"),
        ]

    def __str__(self):
        return self.name
