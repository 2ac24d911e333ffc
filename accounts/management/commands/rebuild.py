from django.core.management.base import BaseCommand

from accounts.services import status
from crm.management.espace import espace_named
from crm.models import Espace

SHOWN = 20  # names of accounts


class Command(BaseCommand):
    help = "Recalcule les statuts de tous les comptes, et dit lesquels différaient."

    def add_arguments(self, parser):
        parser.add_argument("--espace", metavar="SLUG", help="Un seul espace, au lieu de tous.")

    def handle(self, *, espace, **options):
        for each in [espace_named(espace)] if espace else Espace.objects.present().order_by("slug"):
            differed = status.rebuild(espace=each)
            self.stdout.write(f"{each} ({each.slug}) : {said_of(each, differed)}")


def said_of(espace: Espace, differed: list[int]) -> str:
    n = len(differed)
    if n == 0:
        return "tous les statuts étaient justes."
    found = espace.accounts.filter(pk__in=differed[:SHOWN]).order_by("name_fold")
    names = ", ".join(f"« {account} »" for account in found)
    more = f" et {n - SHOWN} de plus" if n > SHOWN else ""
    return f"{n} {'comptes corrigés' if n > 1 else 'compte corrigé'} : {names}{more}."
