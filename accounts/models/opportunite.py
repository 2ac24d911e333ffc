from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from accounts.choices import Stage
from accounts.models.row import NamedRow


def ghosts(on: date) -> Q:
    """Those still open though their expected closing is past (« clôtures fantômes »)."""
    return Q(stage=Stage.EN_COURS, expected_close_on__lt=on)


UNDATED = Q(stage=Stage.EN_COURS, expected_close_on__isnull=True)  # open, and nobody said until when


class Opportunite(NamedRow):
    """A commercial lead, open until it is won, lost or abandoned on `closed_on`."""

    account = models.ForeignKey(
        "accounts.Account", models.RESTRICT, related_name="opportunites", verbose_name="compte"
    )
    stage = models.CharField("issue", max_length=20, choices=Stage, default=Stage.EN_COURS)
    step = models.CharField("étape", max_length=60, blank=True)
    opened_on = models.DateField("ouverte le", default=localdate)
    expected_close_on = models.DateField("clôture prévue le", null=True, blank=True)
    closed_on = models.DateField("close le", null=True, blank=True)
    amount = models.DecimalField("montant (€ HT)", max_digits=12, decimal_places=2, null=True, blank=True)
    probability = models.PositiveSmallIntegerField("probabilité (%)", null=True, blank=True)
    lost_reason = models.CharField("raison", max_length=300, blank=True)
    owner = models.ForeignKey(
        "crm.Membership",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="opportunites",
        verbose_name="responsable",
    )

    class Meta:
        verbose_name = "opportunité"
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.EN_COURS, closed_on__isnull=True)
                | (~Q(stage=Stage.EN_COURS) & Q(closed_on__isnull=False)),
                name="opportunite_closed_with_date",
                violation_error_code="closed_on",
                violation_error_message=(
                    "Une opportunité close a une date de clôture, une opportunité en cours n'en a pas."
                ),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="opportunite_closes_after_opening",
                violation_error_code="closed_on",
                violation_error_message="La clôture ne peut pas précéder l'ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__lte=100),
                name="opportunite_probability_percent",
                violation_error_code="probability",
                violation_error_message="La probabilité va de 0 à 100 %%.",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="opportunite_amount_positive",
                violation_error_code="amount",
                violation_error_message="Le montant ne peut pas être négatif.",
            ),
        ]
        indexes = [
            # The facts that make an account's timeline.
            models.Index(fields=["account", "opened_on", "closed_on"], name="opportunite_facts"),
            models.Index(fields=["espace", "stage", "-opened_on", "-id"], name="opportunite_list"),
        ]

    @property
    def is_open(self) -> bool:
        return self.stage == Stage.EN_COURS

    def was_open(self, on: date) -> bool:
        """Whether it was in progress on a day, at its end."""
        return self.opened_on <= on and (self.closed_on is None or self.closed_on > on)

    def is_ghost(self, today) -> bool:
        """Still open though its expected closing is past (« clôture fantôme »)."""
        return self.is_open and self.expected_close_on is not None and self.expected_close_on < today
