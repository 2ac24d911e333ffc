"""One run: the portfolio, the servers, the questions, and the table."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from accounts.forms.portfolio import Portfolio
from accounts.services.account import edit_account
from accounts.services.flux import chart_days, counts_over
from crm.actor import Actor
from crm.management.espace import today_in
from tests.bench.building import Site, build
from tests.bench.figures import Bound, Figure, p95, page_figure
from tests.bench.pages import Page, pages
from tests.bench.plain_urls import BARE, TRIVIAL
from tests.bench.server import READERS, Server, Visitor, serving
from tests.pictures import png
from tests.serving import MANAGE, ROOT, environment_of, eventually
from tests.web import company, web_of

WARM_UP = 3  # requests that are not measured
READ_TIMES = 3  # turns that each page has
CHART_MAX_S = 2  # when nothing is known of it
READERS_LEAST = 0.5
MEMORY_MAX_MB = 200
SITES, FAR_S, IN_DAYS = 200, 0.02, 1  # due later than now: `serve` has a worker too
BESIDE_MAX = 1.25
IMPORTED, IMPORT_MAX_S = 10_000, 15
WEIGHT_MOST = 1.05  # a form in the large espace, compared with the same one in the small espace


def run(folder: Path, url: str, *, size: int, requests: int, read_s: float) -> int:
    """Print the table as it comes; returns how many bounds are missed.

    size: accounts. requests: to each page. read_s: how long the eight readers read, at each turn.
    """
    call_command("migrate", verbosity=0)
    begun = time.monotonic()
    site = build(size)
    built = site.espace.accounts.count()
    print(f"{built} comptes sur {connection.vendor}, faits en {time.monotonic() - begun:.0f} s\n", flush=True)
    print(f"{'':<42}{'médiane':>12}{'p95':>12}{'triviale':>12}{'requêtes':>12}  {'au plus':<44}tenu")
    missed = 0
    for figure in _figures(folder, url, site, size=built, requests=requests, read_s=read_s):
        print(figure, flush=True)
        missed += not figure.holds
    print(f"\n{missed} hors des bornes" if missed else "\nToutes les bornes sont tenues")
    return missed


def _figures(
    folder: Path, url: str, site: Site, *, size: int, requests: int, read_s: float
) -> Iterator[Figure]:
    plainly = {"settings": "tests.bench.plain", "first": TRIVIAL}
    with (
        serving(folder / "plain", database_url=url, **plainly) as plain,
        serving(folder / "vigie", database_url=url, settings="crm.settings", first="/sante/pret") as vigie,
    ):
        yield from _page_figures(plain, vigie, site, size, requests)
        yield from _charts(site)
        yield from _weights(site)
        yield _readers(plain, vigie, site, read_s)
        yield _while_logos_are_searched(folder, url, vigie, site, requests)
        yield _memory(vigie)
    yield _import(folder, url, site, min(IMPORTED, size))


def _page_figures(plain: Server, vigie: Server, site: Site, size: int, requests: int) -> Iterator[Figure]:
    cookie, first = site.cookie(), 0.0
    for page in pages(site):
        before = partial(_write, site) if page.after_a_write else lambda: None
        visitors = Visitor(vigie.port, cookie), Visitor(plain.port)
        seconds, trivial = _alternately(*visitors, page.address, before, requests)
        first = first or median(seconds)  # which is asked first
        yield page_figure(page, seconds, trivial, queries=_queries(site, page), first=first, size=size)


def _alternately(
    vigie: Visitor, plain: Visitor, address: str, before: Callable, requests: int
) -> tuple[list[float], list[float]]:
    """Seconds of each request and of the trivial view's, in turn: a noisy machine disturbs both alike."""
    for _ in range(WARM_UP):
        vigie.get(address)
        plain.get(TRIVIAL)
    seconds, trivial = [], []
    for _ in range(requests):
        before()
        seconds.append(vigie.time(address))
        trivial.append(plain.time(TRIVIAL))
    vigie.leave()
    plain.leave()
    return seconds, trivial


def _write(site: Site) -> None:
    account = site.group
    changed = edit_account(
        by=Actor.of(site.member),
        account=account,
        today=today_in(site.espace),
        description=f"{account.version}",
    )
    account.version = changed.version


def _queries(site: Site, page: Page) -> int:
    client = site.client()
    client.get(page.address)
    with CaptureQueriesContext(connection) as captured:
        client.get(page.address)
    return len(captured)


def _charts(site: Site) -> Iterator[Figure]:
    """The chart of the portfolio, counted anew: of the espace, and of a member's accounts alone."""
    for name, query in {"espace": "", "un responsable": "responsable=moi"}.items():
        today = today_in(site.espace)
        accounts = Portfolio(QueryDict(query), member=site.member, today=today).accounts
        begun = time.monotonic()
        counts_over(accounts, chart_days(today))
        took = time.monotonic() - begun
        bound = Bound(f"{CHART_MAX_S} s", took, most=CHART_MAX_S)
        yield Figure(f"graphique de 24 mois : {name}", (f"{took * 1000:.0f} ms", "", "", ""), (bound,))


def _weights(site: Site) -> Iterator[Figure]:
    """The creation forms, where there is much to choose from and where there is little."""
    client = site.client()
    for name in ("comptes/nouveau", "opportunites/nouvelle", "affaires/nouvelle"):
        large, small = (
            len(client.get(f"/e/{slug}/{name}/").content) for slug in (site.espace.slug, site.small.slug)
        )
        yield Figure(
            f"poids : {name}",
            (f"{large / 1000:.1f} ko", "", f"{small / 1000:.1f} ko", ""),
            (Bound("celui d'un petit espace", large / small, most=WEIGHT_MOST),),
        )


def _readers(plain: Server, vigie: Server, site: Site, read_s: float) -> Figure:
    address, cookie = f"/e/{site.espace.slug}/comptes/", site.cookie()
    ours = theirs = 0
    for _ in range(READ_TIMES):
        ours += vigie.answered(address, cookie, seconds=read_s)
        theirs += plain.answered(BARE, cookie, seconds=read_s)
    each_s = READ_TIMES * read_s
    return Figure(
        f"{READERS} lecteurs de la liste, et d'une page nue",
        (f"{ours / each_s:.0f} /s", "", f"{theirs / each_s:.0f} /s", ""),
        (Bound("au moins la moitié", ours / max(theirs, 1), least=READERS_LEAST),),
    )


def _while_logos_are_searched(folder: Path, url: str, vigie: Server, site: Site, requests: int) -> Figure:
    """The list beside a worker that searches 200 sites of ours, then alone."""
    sites = {f"site{n}.fr": company(png((180, 180), (n, 99, 255 - n, 255))) for n in range(SITES)}
    site.give_websites(list(sites), due_in=IN_DAYS)
    cookie, address = site.cookie(), f"/e/{site.espace.slug}/comptes/"
    environment = environment_of(str(folder), database_url=url, port=0, MEDIA_ROOT=str(folder / "logos"))
    with web_of(sites, delay_s=FAR_S) as web:
        searching = [sys.executable, "-m", "tests.searching", str(web.port), "--in-days", str(IN_DAYS)]
        worker = subprocess.Popen(searching, cwd=ROOT, env=environment)
        eventually(lambda: web.asked)
        visitor = Visitor(vigie.port, cookie)
        beside = [visitor.time(address) for _ in range(requests) if worker.poll() is None]
        worker.wait()
    alone = [visitor.time(address) for _ in beside]
    visitor.leave()
    ratio = median(beside) / median(alone)
    return Figure(
        f"la liste, pendant que {SITES} logos sont cherchés",
        (f"{median(beside) * 1000:.1f} ms", f"{p95(beside) * 1000:.1f} ms", "", ""),
        (Bound(f"{BESIDE_MAX} × la même seule".replace(".", ","), ratio, most=BESIDE_MAX),),
    )


def _memory(vigie: Server) -> Figure:
    held = vigie.memory_mb()
    bound = Bound(f"{MEMORY_MAX_MB} Mo", held, most=MEMORY_MAX_MB)
    return Figure("web, travail de fond et serve, au repos", (f"{held:.0f} Mo", "", "", ""), (bound,))


def _import(folder: Path, url: str, site: Site, rows: int) -> Figure:
    file = folder / "import.csv"
    lines = ["Groupe importé 0;groupe;;;Importé"]
    lines += [f"Importé {n};client;importe-{n}.fr;Groupe importé 0;Lot {n % 7}" for n in range(1, rows)]
    file.write_text("\n".join(["nom;type;site_web;compte_parent;tags", *lines]))
    begun = time.monotonic()
    subprocess.run(
        [*MANAGE, "import_accounts", str(file), "--espace", site.espace.slug],
        cwd=ROOT,
        env=environment_of(str(folder), database_url=url, port=0),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    took = time.monotonic() - begun
    bound = Bound(f"{IMPORT_MAX_S} s", took, most=IMPORT_MAX_S)
    return Figure(f"import de {rows} comptes", (f"{took:.1f} s", "", "", ""), (bound,))
