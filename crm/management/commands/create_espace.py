import os
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from crm.models import Espace, User
from crm.roles import Role
from crm.services.espace import create_espace
from crm.services.member import add_member

PASSWORD_BYTES = 12  # random ones: 16 characters


class Command(BaseCommand):
    help = "Crée un espace et son premier Administrateur."

    def add_arguments(self, parser):
        parser.add_argument("name", metavar="NOM", help="Le nom de l'espace.")
        parser.add_argument("--slug", default="", help="Son adresse : /e/SLUG/. Faite du nom sinon.")
        parser.add_argument("--timezone", default="Europe/Paris", help="Europe/Paris par défaut.")
        parser.add_argument("--admin", required=True, metavar="EMAIL", help="L'Administrateur.")
        parser.add_argument("--first-name", default="", help="Son prénom, si c'est une personne nouvelle.")
        parser.add_argument("--last-name", default="", help="Son nom, si c'est une personne nouvelle.")

    def handle(self, *, name, slug, timezone, admin, first_name, last_name, **options):
        email = admin.strip().lower()
        is_known = User.objects.filter(email=email).exists()
        password = None if is_known else secrets.token_urlsafe(PASSWORD_BYTES)
        try:
            with transaction.atomic():
                espace = create_espace(name=" ".join(name.split()), slug=slug, timezone=timezone)
                add_member(
                    espace=espace,
                    email=email,
                    role=Role.ADMINISTRATEUR,
                    first_name=first_name,
                    last_name=last_name,
                    password=password,
                )
        except ValidationError as refusal:
            raise CommandError(sentences(refusal)) from None
        if settings.HTTPS:
            site = f"https://{settings.ALLOWED_HOSTS[0]}"
        else:
            site = f"http://localhost:{os.environ.get('PORT') or 8000}"
        self.stdout.write(f"Espace « {espace} » créé : {site}/e/{espace.slug}/")
        if is_known:
            self.stdout.write(f"Administrateur : {email}, avec son mot de passe actuel.")
        else:
            self.stdout.write(f"Administrateur : {email}, mot de passe {password} (il ne sera plus affiché).")


def sentences(refusal: ValidationError) -> str:
    """What was refused, each field by its French name."""
    if not hasattr(refusal, "error_dict"):
        return " ".join(refusal.messages)
    labels = {field.name: str(field.verbose_name) for model in (Espace, User) for field in model._meta.fields}
    return " ".join(
        f"{labels.get(name, name).capitalize()} : {' '.join(messages)}"
        for name, messages in refusal.message_dict.items()
    )
