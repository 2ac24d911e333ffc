import zoneinfo
from datetime import datetime, timedelta
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from crm.models.person import ERASED, LowerEmailField, User, full_name
from crm.roles import Role

LONG_AGO = "1900-01-01"
INVITATION_LASTS = timedelta(days=7)


def default_steps() -> list[str]:
    return ["Qualification", "Proposition", "Négociation"]


@cache
def timezones() -> set[str]:
    """The name of every one. Read once: it takes opening 600 files."""
    return zoneinfo.available_timezones()


def validate_timezone(name: str) -> None:
    if name not in timezones():
        raise ValidationError(f"Le fuseau horaire « {name} » est inconnu : écrivez par exemple Europe/Paris.")


class EspaceQuerySet(models.QuerySet):
    def present(self):
        """Leave out the deleted ones, which exist for nobody until they are restored."""
        return self.filter(deleted_at=None)


class Espace(models.Model):
    """A firm's workspace. Every other row belongs to one, and never leaves it.

    From `deleted_at` on it exists for nobody; the worker deletes it for good later.
    """

    name = models.CharField("nom", max_length=120)
    slug = models.SlugField("adresse", max_length=60, unique=True)
    timezone = models.CharField(
        "fuseau horaire", max_length=60, default="Europe/Paris", validators=[validate_timezone]
    )
    steps = models.JSONField("étapes des opportunités", default=default_steps)
    relance_delay_days = models.PositiveSmallIntegerField(
        "délai de relance par défaut (jours)",
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    fetches_logos = models.BooleanField("chercher les logos sur les sites des comptes", default=True)
    requires_two_factor = models.BooleanField("exiger la double authentification", default=False)
    deleted_at = models.DateTimeField("supprimé le", null=True, editable=False)
    # The day whose statuses the accounts' today_* columns hold (see accounts.services.status).
    status_day = models.DateField(default=LONG_AGO, editable=False)

    objects = EspaceQuerySet.as_manager()

    class Meta:
        verbose_name = "espace"

    def __str__(self):
        return self.name

    @property
    def digest(self) -> str:
        """Where its journal is: another one after every write; empty before the first."""
        return self.journal.digest if hasattr(self, "journal") else ""


def member_name(path: str = ""):
    """What str() calls a membership, for a queryset. path: what leads to it, "owner__" say."""
    erased = [models.Q(**{f"{path}{row}erased_at__isnull": False}) for row in ("", "user__")]
    named = models.When(erased[0] | erased[1], then=models.Value(ERASED))
    return models.Case(named, default=full_name(f"{path}user__"), output_field=models.TextField())


class Membership(models.Model):
    """A person in an espace, with a role there. Never deleted: rows and journal lines refer to it.

    From `erased_at` on it has no name in this espace.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="utilisateur")
    espace = models.ForeignKey(Espace, models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_active = models.BooleanField("actif", default=True)
    erased_at = models.DateTimeField("effacé le", null=True, editable=False)

    class Meta:
        verbose_name = "membre"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "espace"],
                name="membership_unique",
                violation_error_message="Cette personne est déjà membre de l'espace.",
            )
        ]

    def __str__(self):
        return ERASED if self.erased_at else self.user.get_full_name()


class Invitation(models.Model):
    """A place kept in an espace for an e-mail address, until it is taken, revoked or too old.

    Its link holds `nonce`, signed; sending it again changes the nonce, so that the former link is dead.
    """

    espace = models.ForeignKey(Espace, models.CASCADE, related_name="invitations")
    email = LowerEmailField("adresse e-mail")
    role = models.CharField("rôle", max_length=20, choices=Role)
    nonce = models.CharField(max_length=32, editable=False)
    sent_at = models.DateTimeField("envoyée le")
    accepted_at = models.DateTimeField("acceptée le", null=True, editable=False)
    revoked_at = models.DateTimeField("révoquée le", null=True, editable=False)

    class Meta:
        verbose_name = "invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["espace", "email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_one_pending",
                violation_error_code="email",
                violation_error_message="Une invitation attend déjà à cette adresse : renvoyez-la.",
            )
        ]

    def __str__(self):
        return self.email

    @property
    def expires_at(self) -> datetime:
        return self.sent_at + INVITATION_LASTS
