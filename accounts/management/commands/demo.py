import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.services.demo import fill_demo
from accounts.services.demo.members import add_people, sign_ins
from crm.actor import Actor, Door
from crm.management.espace import today_in
from crm.models import Espace
from crm.services.espace import create_espace

NAME, SLUG = "Vigie Démo", "demo"


class Command(BaseCommand):
    help = "Remplit un espace de démonstration, et dit comment s'y connecter."

    def add_arguments(self, parser):
        parser.add_argument("--espace", default=SLUG, metavar="SLUG", help="Créé s'il n'existe pas.")
        parser.add_argument("--seed", type=int, default=1, help="Une autre graine donne d'autres affaires.")
        parser.add_argument(
            "--if-empty", action="store_true", help="Ne remplit que s'il n'y a encore aucun espace."
        )
        parser.add_argument(
            "--passwords",
            type=Path,
            default=settings.BASE_DIR / ".demo-passwords",
            metavar="FICHIER",
            help="Où garder les mots de passe.",
        )

    def handle(self, *, espace, seed, if_empty, passwords, **options):
        if not (if_empty and Espace.objects.exists()):
            self.fill(espace, seed, passwords)
        self.stdout.write(f"Vigie : http://localhost:{os.environ.get('PORT') or 8000}")
        if found := Espace.objects.filter(slug=espace).first():
            self.say_sign_ins(found, passwords)

    def fill(self, slug: str, seed: int, passwords: Path) -> None:
        try:
            with transaction.atomic():
                # A first start contacts nobody: « Chercher les logos » is for who looks at the demo.
                espace = Espace.objects.filter(slug=slug).first() or create_espace(
                    name=NAME, slug=slug, fetches_logos=False
                )
                if espace.accounts.exists():
                    raise ValidationError(f"L'espace « {espace} » a déjà des comptes : rien n'a été changé.")
                add_people(espace=espace, kept_in=passwords)
                counts = fill_demo(
                    by=Actor(door=Door.COMMAND),
                    espace=espace,
                    today=today_in(espace),
                    seed=seed,
                )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        except OSError as error:
            raise CommandError(f"{passwords} ne peut pas être écrit : {error.strerror}.") from None
        self.stdout.write(
            f"Espace « {espace} » : {counts['account']} comptes, {counts['projet']} projets, "
            f"{counts['affaire']} affaires, {counts['opportunite']} opportunités, "
            f"{counts['contact']} contacts, {counts['note']} notes, "
            f"{counts['relance']} relances, {counts['savedview']} vues."
        )

    def say_sign_ins(self, espace: Espace, passwords: Path) -> None:
        for sign_in in sign_ins(espace=espace, kept_in=passwords):
            role, email = sign_in.member.get_role_display(), sign_in.member.user.email
            self.stdout.write(f"  {role:<15} {email:<32} {sign_in.password or 'mot de passe inconnu'}")
