"""`make bench` on a small portfolio: that it measures all it should, and that its bounds can be missed."""

import os
import subprocess
import sys
from random import Random

import pytest
from django.db import connection

from accounts.models import Account
from accounts.services.status import rebuild
from accounts.services.tree import broken_trees
from crm.journal import faults
from crm.models import JournalChain
from tests.bench.copying import copy_rows
from tests.bench.figures import Bound, Figure, p95
from tests.bench.portfolio import fill
from tests.serving import ROOT, url_of

EVERY_KIND = [
    "comptes : première page",
    "comptes : page 5",
    "compte : le plus grand groupe",
    "liste : affaires",
    "graphique de 24 mois : espace",
    "poids : comptes/nouveau",
    "8 lecteurs de la liste",
    "la liste, pendant que",
    "web, travail de fond et serve",
    "import de",
]


def test_portfolio_is_as_the_services_would_leave_it(atlas, amina, today):
    fill(atlas, 60, today=today, random=Random(1))
    copy_rows(2)
    assert Account.objects.count() == 180
    assert len(set(Account.objects.values_list("name_fold", flat=True))) == 180
    assert rebuild(espace=atlas) == []
    assert broken_trees()[0] == []
    chain = JournalChain.objects.get(espace=atlas)
    assert chain.length > 180
    assert list(faults(chain)) == []
    assert set(atlas.accounts.values_list("today_status", flat=True)) == {
        *("actif", "prospect", "delaisse", "inactif")
    }


@pytest.mark.parametrize(
    ("bound", "holds"),
    [
        (Bound("25 ×", 25.0, most=25), True),
        (Bound("25 ×", 25.1, most=25), False),
        (Bound("la moitié", 0.5, least=0.5), True),
        (Bound("la moitié", 0.4, least=0.5), False),
    ],
)
def test_bound_is_told_beside_what_was_measured(bound, holds):
    assert bound.holds is holds
    assert str(Figure("liste", ("1 ms",), (bound,))).endswith("oui" if holds else "NON")


def test_p95_is_what_one_request_in_twenty_exceeds():
    assert p95([float(n) for n in range(1, 101)]) == 95.0


@pytest.mark.serial
def test_small_portfolio_is_measured_from_end_to_end():
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--accounts", "300", "--requests", "2", "--read-s", "0.5"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url_of(connection, "postgres")},
        capture_output=True,
        text=True,
    )
    print(done.stdout)
    # Ratios of two requests say nothing, so bounds may be missed here; any other end is a failure.
    assert done.returncode in (0, 1) and done.stderr == ""
    for name in EVERY_KIND:
        assert any(line.startswith(name) for line in done.stdout.splitlines())
    assert done.stdout.splitlines()[-1].endswith(("hors des bornes", "Toutes les bornes sont tenues"))
