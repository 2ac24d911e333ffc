from django.core.management.base import BaseCommand, CommandError

from crm.actor import SYSTEM
from crm.models import User
from crm.services.person import remove_two_factor


class Command(BaseCommand):
    help = "Retire la double authentification d'une personne qui a perdu son appareil et ses codes."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL", help="Son adresse.")

    def handle(self, *, email, **options):
        user = User.objects.filter(email=email.strip().lower()).first()
        if user is None:
            raise CommandError(f"Personne n'a l'adresse {email}.")
        if remove_two_factor(by=SYSTEM, user=user):
            self.stdout.write(f"{user} se connecte maintenant avec son seul mot de passe.")
        else:
            self.stdout.write(f"{user} n'a pas de double authentification.")
