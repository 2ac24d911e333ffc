"""The house: people, firms' workspaces, and who works where."""

import zoneinfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from crm.roles import Role

LONG_AGO = "1900-01-01"


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class LowerEmailField(models.EmailField):
    """An e-mail address, stored in lower case through every door."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value and value.strip().lower()


class User(AbstractBaseUser, PermissionsMixin):
    email = LowerEmailField("adresse e-mail", unique=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("équipe technique", default=False)

    objects = UserManager()
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = "utilisateur"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Un utilisateur a déjà cette adresse e-mail.",
            )
        ]

    def __str__(self):
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


def default_steps() -> list[str]:
    return ["Qualification", "Proposition", "Négociation"]


def validate_timezone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"Le fuseau horaire « {name} » est inconnu : écrivez par exemple Europe/Paris.")


class Espace(models.Model):
    """A firm's workspace. Every other row belongs to one, and never leaves it."""

    name = models.CharField("nom", max_length=120)
    slug = models.SlugField("adresse", max_length=60, unique=True)
    timezone = models.CharField(
        "fuseau horaire", max_length=60, default="Europe/Paris", validators=[validate_timezone]
    )
    steps = models.JSONField("étapes des opportunités", default=default_steps)
    # The day whose statuses the accounts' today_* columns hold (see accounts.services.status).
    status_day = models.DateField(default=LONG_AGO, editable=False)

    class Meta:
        verbose_name = "espace"

    def __str__(self):
        return self.name


class Membership(models.Model):
    """A person in an espace, with a role there."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name="utilisateur")
    espace = models.ForeignKey(Espace, models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=Role)
    is_active = models.BooleanField("actif", default=True)

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
        return self.user.get_full_name()
