from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account
from accounts.services.tree import broken_trees, repair_tree

SHOWN = 20  # trees


class Command(BaseCommand):
    help = "Vérifie les arbres des comptes ; sort en erreur s'il en reste d'abîmés."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="Répare ceux qui sont abîmés.")

    def handle(self, *, repair, **options):
        broken, total = broken_trees()
        for tree_id in broken[:SHOWN]:
            self.stdout.write(f"Arbre {tree_id} abîmé : {self.what_is_in(tree_id)}")
        if broken and repair:
            for tree_id in broken:
                for account in repair_tree(tree_id):
                    where = f"« {account} » (compte {account.pk})"
                    self.stderr.write(f"{where} est placé sous lui-même : donnez-lui un autre parent.")
            left, total = broken_trees()
            self.stdout.write(f"Arbres réparés : {len(broken)}, restés abîmés : {len(left)}.")
            broken = left
        if not broken:
            self.stdout.write(f"Arbres vérifiés : {total}. Tous sont justes.")
        elif repair:
            raise CommandError(f"Arbres encore abîmés : {', '.join(map(str, broken[:SHOWN]))}.")
        else:
            raise CommandError(f"Arbres abîmés : {len(broken)} sur {total}. --repair les répare.")

    def what_is_in(self, tree_id: int) -> str:
        accounts = Account.objects.filter(tree_id=tree_id)
        first = accounts.order_by("lft", "pk").select_related("espace").first()
        n = accounts.count()
        return f"« {first} », espace {first.espace.slug}, {n} compte{'s' if n > 1 else ''}."
