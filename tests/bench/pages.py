"""The pages that are measured, and what each may cost (the bounds of the README's table, « Measured »)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from accounts.forms.listing import SIZE
from accounts.services.ordering import ORDERS
from tests.bench.building import Site

LIST_RATIO, COMBINED_RATIO, LIST_QUERIES = 25, 40, 8
DEEP_PAGE, DEEP_RATIO = 1000, 1.5
ACCOUNT_QUERIES = 12
FIRST_PAGE = "première page"


@dataclass(frozen=True)
class Page:
    """ratio_max: how many times the trivial view. first_page_max: how many times the first page.

    after_a_write: somebody writes in the espace before each request, so that nothing is known any more.
    """

    name: str
    address: str
    is_list: bool = False
    ratio_max: float | None = None
    first_page_max: float | None = None
    queries_max: int | None = None
    after_a_write: bool = False


def pages(site: Site) -> Iterator[Page]:
    yield from _account_lists(site)
    yield from _accounts(site)
    root = f"/e/{site.espace.slug}"
    for name in ("opportunites", "affaires", "projets"):
        yield Page(f"liste : {name}", f"{root}/{name}/")
    for name, address in {"Aujourd'hui": "", "Aujourd'hui, de l'équipe": "?qui=equipe"}.items():
        yield Page(name, f"{root}/{address}")
        yield Page(f"{name}, après écriture", f"{root}/{address}", after_a_write=True)
    yield Page("Flux, après écriture", f"{root}/flux/", after_a_write=True)
    yield Page("Groupes", f"{root}/groupes/")
    yield Page("Groupe : le plus grand", f"{root}/comptes/{site.group.pk}/groupe/")
    yield Page("tableau des opportunités", f"{root}/opportunites/tableau/")
    yield Page("liste : opportunités, texte", f"{root}/opportunites/?q=lyon")
    yield Page("liste : affaires, toutes", f"{root}/affaires/?etat=toutes")
    yield Page("Corbeille", f"{root}/corbeille/")
    yield Page("Journal", f"{root}/journal/")
    yield Page("Journal, par genre", f"{root}/journal/?quoi=account")
    yield Page("Historique d'un compte", f"{root}/comptes/{site.group.pk}/historique/")


def _account_lists(site: Site) -> Iterator[Page]:
    where = f"/e/{site.espace.slug}/comptes/"
    tag = site.espace.tags.order_by("pk").first()
    today = timezone.localdate()
    filters = {
        FIRST_PAGE: {},
        "un statut": {"statut": "delaisse"},
        "deux statuts": {"statut": ["actif", "prospect"]},
        "un type": {"type": "client"},
        "un tag": {"tag": tag.slug},
        "sans tag": {"tag": "aucun"},
        "les miens": {"responsable": "moi"},
        "sans responsable": {"responsable": "aucun"},
        "bascule dans 30 jours": {"bascule": 30},
        "un groupe": {"groupe": site.group.pk},
        "un mot courant": {"q": "lyon"},
        "deux mots": {"q": "brasserie vosges"},
        "un mot absent": {"q": "introuvable"},
        "à relancer": {"a_relancer": 1},
        "archivés": {"archives": 1},
        "il y a un an": {"au": today - timedelta(days=365)},
        "dans 90 jours": {"au": today + timedelta(days=90)},
        **{f"tri {order}": {"tri": order} for order in ORDERS if order != "nom"},
    }
    bounds = {"is_list": True, "queries_max": LIST_QUERIES}
    for name, query in filters.items():
        yield Page(f"comptes : {name}", _address(where, query), ratio_max=LIST_RATIO, **bounds)
    for name, query in {FIRST_PAGE: {}, "un mot courant": {"q": "lyon"}}.items():
        address = _address(where, query)
        yield Page(f"comptes : {name}, après écriture", address, after_a_write=True, **bounds)
    yield Page("comptes : comptés, après écriture", _address(where, {"nombres": 1}), after_a_write=True)
    combined = {"statut": "prospect", "type": "client", "tag": tag.slug, "q": "lyon"}
    yield Page(
        "comptes : statut, type, tag et texte", _address(where, combined), ratio_max=COMBINED_RATIO, **bounds
    )
    last = -(-site.espace.accounts.count() // SIZE)
    number = min(DEEP_PAGE, last)
    yield Page(
        f"comptes : page {number}", _address(where, {"page": number}), first_page_max=DEEP_RATIO, **bounds
    )


def _accounts(site: Site) -> Iterator[Page]:
    root = f"/e/{site.espace.slug}"
    leaf = site.espace.accounts.filter(lft=1, rght=2).order_by("pk").first()
    group = f"{root}/comptes/{site.group.pk}/"
    yield Page("compte : le plus grand groupe", group, queries_max=ACCOUNT_QUERIES)
    yield Page("compte : seul", f"{root}/comptes/{leaf.pk}/", queries_max=ACCOUNT_QUERIES)
    yield Page("compte : création", f"{root}/comptes/nouveau/")
    yield Page("compte : modification", f"{group}modifier/")
    yield Page("opportunité : création", f"{root}/opportunites/nouvelle/")
    yield Page("affaire : création", f"{root}/affaires/nouvelle/?compte={site.group.pk}")
    yield Page("choix d'un compte", f"{root}/comptes/choix/?q=lyon")
    yield Page("choix d'un parent", f"{root}/comptes/choix/?q=brasserie&pour=parent")


def _address(where: str, query: dict) -> str:
    return f"{where}?{urlencode(query, doseq=True)}"
