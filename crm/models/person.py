from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim

ERASED = "Personne effacée"


def full_name(path: str = ""):
    """A person's first and last names, or their address, for a queryset; path: `user__` from a membership."""
    text = models.TextField()
    both = Concat(f"{path}first_name", models.Value(" "), f"{path}last_name", output_field=text)
    return Coalesce(NullIf(Trim(both), models.Value("")), f"{path}email", output_field=text)


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
    """A person who signs in. One whose data were erased keeps a row, without a name or a way in."""

    email = LowerEmailField("adresse e-mail", unique=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    is_active = models.BooleanField("actif", default=True)
    is_staff = models.BooleanField("équipe technique", default=False)
    erased_at = models.DateTimeField("effacé le", null=True, editable=False)

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
        if self.erased_at:
            return ERASED
        return f"{self.first_name} {self.last_name}".strip() or self.email
