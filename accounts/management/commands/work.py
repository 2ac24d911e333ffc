from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services import status
from accounts.services.digest.sending import send_due
from accounts.services.logo import files
from accounts.services.logo.searching import search_due
from accounts.services.trash import purge_due
from crm import net, worker
from crm.once import forget_keys
from crm.services.espace_deletion import purge_espaces
from crm.upkeep import refresh_statistics

PAUSE_S = 5.0  # seconds between two looks at the database when nothing is due


def statuses() -> int:
    return status.tick_due(now=timezone.now())


def digests() -> int:
    return send_due(now=timezone.now())


def corbeille() -> int:
    return purge_due(now=timezone.now())


def deleted_espaces() -> int:
    return purge_espaces(now=timezone.now())


def creation_keys() -> int:
    return forget_keys(now=timezone.now())


def logos() -> int:
    return search_due(now=timezone.now(), get=net.get)


def unused_logos() -> int:
    return files.sweep_daily(now=timezone.now())


STEPS = [statuses, digests, logos, corbeille, deleted_espaces, creation_keys, unused_logos]
STEPS += [refresh_statistics]


class Command(BaseCommand):
    help = "Fait le travail de fond (statuts du jour, résumés, logos, Corbeille à vider) jusqu'à l'arrêt."
    requires_system_checks = []  # `migrate` runs them; they load every page, of which the worker shows none

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Un seul tour, puis s'arrête.")

    def handle(self, *, once, **options):
        stop = worker.Stop()
        stop.listen()
        if not once:
            worker.run(STEPS, pause_s=PAUSE_S, stop=stop)
            return
        done, failed = worker.one_round(STEPS, stop=stop)
        self.stdout.write(f"Faits : {done}.")
        if failed:
            raise CommandError(f"Étapes en échec : {failed}. Le journal dit pourquoi.")
