from django.db import models

from accounts.models.derived import FoldField


class EspaceRow(models.Model):
    """What each row of the trade has: its espace, and a version that every edit raises by one."""

    espace = models.ForeignKey("crm.Espace", models.CASCADE, related_name="%(class)ss")
    version = models.PositiveIntegerField(default=1, editable=False)

    recomputed = ()  # columns that cache other rows: made anew when the row comes out of the Corbeille

    class Meta:
        abstract = True


class NamedRow(EspaceRow):
    name = models.CharField("nom", max_length=200)
    name_fold = FoldField(max_length=200, source="name")

    class Meta:
        abstract = True

    def __str__(self):
        return self.name
