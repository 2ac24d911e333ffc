from django.db import models

from accounts.models.row import NamedRow


class Projet(NamedRow):
    """Groups affaires of an account, or of the accounts below it."""

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="projets", verbose_name="compte"
    )
    code = models.CharField("code", max_length=30, blank=True)
    description = models.TextField("description", blank=True)
    owner = models.ForeignKey(
        "crm.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="projets",
        verbose_name="responsable",
    )

    class Meta:
        verbose_name = "projet"
        indexes = [models.Index(fields=["espace", "name_fold", "id"], name="projet_list")]
