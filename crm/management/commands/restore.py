from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from crm.backups import BackupError, restore
from crm.templatetags.ui import thousands

UNKNOWN_KEY = (
    "Attention : SECRET_KEY n'est pas celle de la sauvegarde. Tout le monde devra se reconnecter, les liens "
    "d'invitation ne marcheront plus, et la double authentification sera illisible. Remettez la clé d'alors."
)


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans une base vide, la met à jour et la vérifie."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FICHIER", type=Path, help="Ce que `backup` a écrit.")

    def handle(self, *, file, **options):
        try:
            report = restore(file)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Restauré : {thousands(report.rows)} lignes ; médias : {thousands(report.media)}. Mise à jour…"
        )
        if not report.knows_key:
            self.stderr.write(UNKNOWN_KEY)
        call_command("migrate", verbosity=0, interactive=False)
        # The trade's check is called by its name: the house imports nothing of it.
        for check in ("journal_check", "tree_check"):
            call_command(check, stdout=self.stdout, stderr=self.stderr)
