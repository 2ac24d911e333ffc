"""The logo of an account: found by the worker on its website, shown where it is named, or added by hand."""

from concurrent.futures import Future
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts.models import Account, LogoSearch
from accounts.services.account import create_account, edit_account
from accounts.services.importing import import_accounts
from accounts.services.logo import files, searching
from accounts.services.logo.fetching import PICTURE_MAX_BYTES, NoLogo
from accounts.services.trash import restore, trash
from crm import net
from crm.actor import Actor
from crm.models import Espace, JournalEntry
from tests.pictures import picture, png, saved
from tests.web import Answer, company, moved, page

BLUE = (30, 60, 160, 255)


@pytest.fixture
def search(web):
    """Run one round of the worker's searches on the web of ours, `later` than now; returns how many."""

    def run(later: timedelta = timedelta()) -> int:
        return searching.search_due(now=timezone.now() + later, get=net.get)

    return run


@pytest.fixture
def arval(account):
    return account("Arval", website="http://arval.fr")


def state(account) -> LogoSearch:
    return LogoSearch.objects.get(account=account)


def in_days(account) -> float:
    """How far the next search is."""
    return (state(account).due_at - timezone.now()) / timedelta(days=1)


def address(account, *rest) -> str:
    return "/".join((f"/e/atlas/comptes/{account.pk}/logo", *rest, ""))


def test_logo_is_found_kept_and_shown(search, arval, sign_in, sara):
    assert search() == 1
    arval.refresh_from_db()
    client = sign_in(sara)
    for path in ("/e/atlas/comptes/", f"/e/atlas/comptes/{arval.pk}/"):
        assert f'<img src="/e/atlas/logos/{arval.logo}-' in client.get(path).content.decode()
    response = client.get(f"/e/atlas/logos/{arval.logo}-64.webp")
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    shown = Image.open(BytesIO(response.content))
    assert (shown.format, shown.size, shown.getpixel((32, 32)), shown.getpixel((0, 0))[3]) == (
        "WEBP",
        (64, 64),
        (200, 40, 40, 255),
        0,
    )
    assert (state(arval).source, arval.version) == ("http://arval.fr/icon.png", 1)
    assert 81 <= in_days(arval) <= 99


def test_logo_has_the_three_sizes(search, arval):
    search()
    arval.refresh_from_db()
    assert [
        Image.open(BytesIO(files.read(arval.espace_id, arval.logo, side))).size for side in (64, 128, 256)
    ] == [(64, 64), (128, 128), (256, 256)]


def test_logo_of_another_espace_does_not_exist(search, arval, sign_in, otto):
    search()
    arval.refresh_from_db()
    client = sign_in(otto)
    assert client.get(f"/e/boreal/logos/{arval.logo}-64.webp").status_code == 404
    assert client.get(f"/e/atlas/logos/{arval.logo}-64.webp").status_code == 404


@pytest.mark.parametrize("name", ("0" * 32 + "-64", "..-64", "0" * 31 + "g-64"))
def test_logo_that_is_not_there_is_not_found(sign_in, sara, name):
    assert sign_in(sara).get(f"/e/atlas/logos/{name}.webp").status_code == 404


def test_only_our_three_sizes_are_served(search, arval, sign_in, sara):
    search()
    arval.refresh_from_db()
    assert sign_in(sara).get(f"/e/atlas/logos/{arval.logo}-65.webp").status_code == 404


def test_imported_account_is_searched_too(search, atlas, amina, today):
    content = "nom;type;site_web\nArval;client;http://arval.fr\nSans site;client;\n"
    import_accounts(by=Actor.of(amina), espace=atlas, content=content.encode(), today=today)
    assert search() == 1
    assert [bool(a.logo) for a in Account.objects.order_by("name")] == [True, False]


def test_site_that_answers_only_with_www_is_found(web, search, account):
    web.sites["www.cetelem.fr"] = web.sites["arval.fr"]
    cetelem = account("Cetelem", website="http://cetelem.fr")
    search()
    assert state(cetelem).source == "http://www.cetelem.fr/icon.png"


def test_site_without_https_is_found_without(search, account):
    arval = account("Arval", website="arval.fr")
    search()
    assert (arval.website, state(arval).source) == ("https://arval.fr", "http://arval.fr/icon.png")


def test_best_of_the_pictures_is_kept_by_its_real_pixels(web, search, account):
    web.sites["cetelem.fr"] = {
        "/": page("<link rel=icon sizes=192x192 href=a.png><link rel=icon sizes=96x96 href=b.png>"),
        "/a.png": Answer(png((16, 16))),
        "/b.png": Answer(png((96, 96))),
    }
    cetelem = account("Cetelem", website="http://cetelem.fr")
    search()
    assert state(cetelem).source == "http://cetelem.fr/b.png"


@pytest.mark.parametrize(
    "answer",
    (
        Answer(b"<svg xmlns='http://www.w3.org/2000/svg'/>", headers={"Content-Type": "image/svg+xml"}),
        Answer(b"<html>not a picture</html>"),
        Answer(png((180, 180))[:60]),
        Answer(saved(Image.new("RGB", (180, 180), "white"), "PNG")),
        Answer(saved(Image.new("L", (5001, 10)), "PNG")),
        Answer(png((180, 180)) + b"\0" * PICTURE_MAX_BYTES),
        moved("http://127.0.0.1/icon.png"),
        Answer(status=404),
    ),
    ids=("svg", "html", "truncated", "blank", "too wide", "too heavy", "redirected inside", "missing"),
)
def test_picture_that_is_no_logo_is_left_for_the_next(web, search, account, answer):
    web.sites["cetelem.fr"] = {
        "/": page('<link rel="apple-touch-icon" href="/bad.png"><link rel="icon" href="/good.png">'),
        "/bad.png": answer,
        "/good.png": Answer(png((48, 48))),
    }
    cetelem = account("Cetelem", website="http://cetelem.fr")
    search()
    assert state(cetelem).source == "http://cetelem.fr/good.png"


def test_picture_inside_the_page_that_is_no_base64_is_left_for_the_next(web, search, arval):
    web.sites["arval.fr"]["/"] = page(
        '<link rel="icon" sizes="256x256" href="data:image/png;base64,été">'
        '<link rel="apple-touch-icon" href="/icon.png">'
    )
    search()
    assert state(arval).source == "http://arval.fr/icon.png"


def test_picture_is_encoded_anew_so_that_nothing_else_of_it_is_served(web, search, arval):
    image = picture((180, 180))
    hidden = b"<script>alert(1)</script>"
    web.sites["arval.fr"]["/icon.png"] = Answer(saved(image, "PNG") + hidden)
    search()
    arval.refresh_from_db()
    assert hidden not in files.read(arval.espace_id, arval.logo, 256)


def test_logo_that_the_dark_theme_would_hide_gets_a_light_ground(web, search, arval, sign_in, sara):
    web.sites["arval.fr"]["/icon.png"] = Answer(png((180, 180), (10, 10, 10, 255)))
    search()
    arval.refresh_from_db()
    assert arval.logo_ground == "light"
    assert 'class="logo logo-28 logo-on-light"' in sign_in(sara).get("/e/atlas/comptes/").content.decode()


# Refreshing.


@pytest.mark.parametrize("failures, days", ((0, 1 / 24), (1, 6 / 24), (2, 1), (3, 7), (4, 30)))
def test_site_that_does_not_answer_is_tried_later_and_later(web, search, arval, failures, days):
    del web.sites["arval.fr"]
    LogoSearch.objects.update(failures=failures)
    search()
    assert in_days(arval) == pytest.approx(days)
    assert (state(arval).failures, state(arval).failure) == (failures + 1, "Ce site web n'a pas pu être lu.")


def test_site_that_is_down_is_tried_again_soon(web, search, arval):
    web.sites["arval.fr"] = {"/": Answer(status=503)}
    search()
    assert in_days(arval) == pytest.approx(1 / 24)


@pytest.mark.parametrize("status", (429, 503))
def test_site_whose_pictures_are_down_is_tried_again_soon(web, search, arval, status):
    web.sites["arval.fr"]["/icon.png"] = Answer(status=status)
    search()
    assert in_days(arval) == pytest.approx(1 / 24)


def test_site_whose_pictures_do_not_answer_is_tried_again_soon(web, search, arval):
    web.sites["arval.fr"]["/icon.png"] = lambda connection: None
    search()
    assert in_days(arval) == pytest.approx(1 / 24)
    assert state(arval).failure == "Aucun logo n'a été trouvé sur ce site."


def test_address_that_did_not_answer_before_the_one_that_did_is_no_trouble(web, search, account):
    web.sites["www.arval.fr"] = {"/": page("<h1>Arval</h1>")}
    del web.sites["arval.fr"]
    arval = account("Arval", website="http://arval.fr")
    search()
    assert in_days(arval) == pytest.approx(30)


def test_site_without_a_logo_is_left_for_a_month(web, search, arval):
    web.sites["arval.fr"] = {"/": page("<h1>Arval</h1>")}
    search()
    assert in_days(arval) == pytest.approx(30)
    assert state(arval).failure == "Aucun logo n'a été trouvé sur ce site."


def test_failed_refresh_keeps_the_last_good_logo(web, search, arval):
    search()
    arval.refresh_from_db()
    web.sites["arval.fr"] = {"/": page("")}
    assert search(timedelta(days=100)) == 1
    assert (Account.objects.get().logo, state(arval).failure) == (
        arval.logo,
        "Aucun logo n'a été trouvé sur ce site.",
    )


def test_refresh_takes_the_new_logo(web, search, arval):
    search()
    arval.refresh_from_db()
    web.sites["arval.fr"]["/icon.png"] = Answer(png((180, 180), BLUE))
    search(timedelta(days=100))
    assert Account.objects.get().logo not in {"", arval.logo}


def test_nothing_is_searched_before_its_time(search, arval):
    assert (search(), search(), search(timedelta(days=80))) == (1, 0, 0)


def test_other_website_is_searched_at_once_and_its_monogram_shown_meanwhile(web, search, arval, amina, today):
    search()
    web.sites["cetelem.fr"] = company(png((180, 180), BLUE))
    edit_account(by=Actor.of(amina), account=arval, today=today, website="http://cetelem.fr")
    assert Account.objects.get().logo == ""
    assert search() == 1
    assert state(arval).source == "http://cetelem.fr/icon.png"


def test_account_without_its_website_has_its_monogram_again(search, arval, amina, today):
    search()
    edit_account(by=Actor.of(amina), account=arval, today=today, website="")
    assert (Account.objects.get().logo, LogoSearch.objects.count()) == ("", 0)


def test_answer_that_comes_after_the_website_changed_is_not_shown(web, arval, amina, today):
    now = timezone.now()
    claimed = next(searching._claimed(now))
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        edit_account(by=Actor.of(amina), account=arval, today=today, website="http://ailleurs.fr")
    answer = Future()
    answer.set_exception(NoLogo("Aucun logo.", is_lasting=True))
    searching._keep(claimed, answer, now=now)
    assert (state(arval).failure, state(arval).claimed_host) == ("", None)
    assert state(arval).due_at == now + timedelta(seconds=5)


def test_espace_may_have_nobody_contacted(search, arval, otto, boreal, today, web):
    Espace.objects.filter(pk=arval.espace_id).update(fetches_logos=False)
    values = {"name": "LCL", "type": "client", "website": "http://ailleurs.fr"}
    create_account(by=Actor.of(otto), espace=boreal, today=today, **values)
    assert (search(), web.asked) == (1, [])  # that of the other espace, whose host is nowhere
    Espace.objects.update(fetches_logos=True)
    assert search() == 1


def test_account_back_from_the_corbeille_has_its_logo(search, arval, amina):
    search()
    thrown = trash(by=Actor.of(amina), row=arval, now=timezone.now())
    assert files.sweep(now=timezone.now() + timedelta(days=2)) == 0
    restore(by=Actor.of(amina), trashed=thrown)
    assert (bool(Account.objects.get().logo), LogoSearch.objects.count()) == (True, 1)


def test_files_that_nobody_shows_any_more_are_swept(search, arval, amina, today):
    search()
    edit_account(by=Actor.of(amina), account=arval, today=today, website="")
    assert files.sweep(now=timezone.now()) == 0  # so young, one may be about to be named
    assert files.sweep(now=timezone.now() + timedelta(days=2)) == 3
    assert default_storage.listdir(f"logos/{arval.espace_id}")[1] == []


def test_files_are_swept_though_another_espace_shows_the_same_picture(
    search, arval, amina, otto, boreal, today
):
    search()
    digest, by = Account.objects.get().logo, Actor.of(otto)
    for name in ("LCL", "Natixis"):
        row = create_account(by=by, espace=boreal, today=today, name=name, type="client")
        Account.objects.filter(pk=row.pk).update(logo=digest)
    trash(by=by, row=Account.objects.get(pk=row.pk), now=timezone.now())
    edit_account(by=Actor.of(amina), account=arval, today=today, website="")
    assert files.sweep(now=timezone.now() + timedelta(days=2)) == 3


# By hand.


def uploaded(content: bytes, name="logo.png") -> dict:
    return {"content": SimpleUploadedFile(name, content)}


@pytest.mark.parametrize("kind", ("PNG", "JPEG", "WEBP"))
def test_logo_added_by_hand_is_never_replaced(search, arval, sign_in, victor, kind):
    image = picture((300, 300), BLUE, ground=(255, 255, 255, 255)).convert("RGB")
    response = sign_in(victor).post(address(arval), uploaded(saved(image, kind)))
    assert response.url == address(arval)
    arval.refresh_from_db()
    assert (bool(arval.logo), arval.logo_by_hand) == (True, True)
    assert (search(), search(timedelta(days=400))) == (0, 0)
    last = JournalEntry.objects.latest("seq")
    assert last.payload["changes"] == {"logo_by_hand": [False, True]}


@pytest.mark.parametrize(
    "content, sentence",
    (
        (b"", "Ce fichier est vide."),
        (b"<svg/>", "n&#x27;est pas une image que Vigie sait lire"),
        (b"x" * (5 * 1024 * 1024 + 1), "Ce fichier dépasse 5 Mo."),
    ),
    ids=("empty", "svg", "too heavy"),
)
def test_file_that_is_no_picture_gets_a_sentence(arval, sign_in, victor, content, sentence):
    response = sign_in(victor).post(address(arval), uploaded(content))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert Account.objects.get().logo == ""


def test_logo_added_by_hand_is_taken_away_for_the_one_of_the_site(search, arval, sign_in, victor):
    client = sign_in(victor)
    client.post(address(arval), uploaded(png((300, 300), BLUE)))
    client.post(address(arval, "retirer"))
    assert Account.objects.get().logo == ""
    assert search() == 1
    assert Account.objects.get().logo != ""


def test_logo_is_asked_again_once_a_minute(search, arval, sign_in, victor):
    search()
    client = sign_in(victor)
    assert (
        "La recherche du logo est lancée."
        in client.post(address(arval, "actualiser"), follow=True).content.decode()
    )
    assert search() == 1
    said = client.post(address(arval, "actualiser"), follow=True).content.decode()
    assert "attendez une minute" in said
    assert search() == 0


def test_standard_neither_sees_nor_opens_the_logo_s_page(arval, sign_in, sara):
    client = sign_in(sara)
    assert f'href="{address(arval)}"' not in client.get(f"/e/atlas/comptes/{arval.pk}/").content.decode()
    assert client.get(address(arval)).status_code == 403


def test_page_of_the_logo_says_where_it_was_found_and_when(search, arval, sign_in, victor):
    search()
    shown = sign_in(victor).get(address(arval)).content.decode()
    assert "Trouvé le 31 mai 2025" in shown
    assert "http://arval.fr/icon.png" in shown


# While it is on its way.


def test_page_asks_for_the_logo_until_it_has_come(search, arval, sign_in, sara):
    client = sign_in(sara)
    assert 'hx-trigger="load delay:2s"' in client.get(f"/e/atlas/comptes/{arval.pk}/").content.decode()
    waiting = client.get(address(arval, "attente") + "?n=0").content.decode()
    assert f'hx-get="{address(arval, "attente")}?n=1"' in waiting
    search()
    come = client.get(address(arval, "attente") + "?n=1").content.decode()
    assert ("<img" in come, "hx-get" in come) == (True, False)


@pytest.mark.parametrize("n", ("14", "9999999", "-1", "x", "²"))
def test_page_does_not_ask_for_ever(arval, sign_in, sara, n):
    assert "hx-get" not in sign_in(sara).get(address(arval, "attente") + f"?n={n}").content.decode()
