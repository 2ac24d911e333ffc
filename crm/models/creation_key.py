from django.db import models

from crm.models.espace import Espace


class CreationKey(models.Model):
    """What a creation form made, so that the same submission sent again makes nothing more (see crm.once)."""

    espace = models.ForeignKey(Espace, models.CASCADE, null=True, related_name="+")  # None: made an espace
    digest = models.CharField(max_length=64, unique=True)
    row_id = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.digest
