"""Nothing of another espace comes out anywhere: pages, choices, searches, counts, refusals, Django admin."""

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Projet
from crm.models import Espace, User
from crm.services.espace_deletion import purge_espaces
from crm.templatetags.ui import THIN_SPACE
from tests.isolation.addresses import ADDRESSES, address
from tests.isolation.canaries import AMOUNT, FIRST, SIREN, TOKEN
from tests.isolation.crawler import Crawl

OUTSIDE = ["/", "/espaces/", "/espaces/nouveau/", "/mon-compte/", "/admin/"]
DRAWN = "/mon-compte/double-authentification/"  # where secrets are drawn at each visit
SIGNS = [TOKEN, "Boréal", f"{FIRST}"[:5], AMOUNT, f"{AMOUNT[:3]}{THIN_SPACE}{AMOUNT[3:]}", SIREN]


def starts(rows: dict) -> list[str]:
    return OUTSIDE + [address(route, "atlas", rows) for route in ADDRESSES]


def shows(answer: tuple[int, bytes], sign: str) -> bool:
    return sign.encode() in answer[1]


def forget_boreal() -> None:
    """As if it had never been."""
    Espace.objects.filter(pk=FIRST).update(deleted_at="2000-01-01T00:00:00Z")
    assert purge_espaces(now=timezone.now()) == 1
    QuerySet(User).filter(pk__gte=FIRST).delete()


@pytest.mark.parametrize("name", ["sara", "victor", "amina"])
def test_nothing_of_another_espace_comes_out(request, sign_in, rows, canaries, name):
    """Every page is free of it, and the same as if it were not: counts, choices, orders, and answers to who
    types what is only there."""
    client = sign_in(request.getfixturevalue(name))
    beside = Crawl(client, starts(rows))
    assert {address(route, "atlas", rows) for route in ADDRESSES} <= beside.pages.keys()
    if name == "amina":
        assert reverse("admin:accounts_account_change", args=[rows[Account].pk]) in beside.pages
    assert [(page, sign) for page in beside.pages for sign in SIGNS if shows(beside.pages[page], sign)] == []
    assert f"/e/atlas/comptes/?groupe={FIRST}" in beside.type(f"{FIRST}", TOKEN)
    forget_boreal()
    alone = Crawl(client, starts(rows))
    alone.type(f"{FIRST}", TOKEN)
    assert beside.pages.keys() == alone.pages.keys()
    differ = [page for page, answer in beside.pages.items() if answer != alone.pages[page]]
    assert [page for page in differ if not page.startswith(DRAWN)] == []


@pytest.mark.parametrize(
    ("page", "name", "model"),
    [
        ("affaires", "compte", Account),
        ("affaires", "projet", Projet),
        ("opportunites", "compte", Account),
        ("projets", "compte", Account),
        ("relances", "compte", Account),
    ],
)
def test_a_list_asked_by_id_for_what_is_elsewhere_does_not_name_it(
    sign_in, sara, rows, canaries, page, name, model
):
    response = sign_in(sara).get(f"/e/atlas/{page}/?{name}={canaries[model].pk}")
    assert [sign for sign in SIGNS[:2] if sign in response.content.decode()] == []


@pytest.mark.parametrize("page", ["projets/choix", "opportunites/choix"])
def test_choices_below_an_account_elsewhere_are_those_below_none(sign_in, sara, rows, canaries, page):
    client, choices = sign_in(sara), f"/e/atlas/{page}/"
    asked = [choices, f"{choices}?compte={canaries[Account].pk}", f"{choices}?compte=880001"]
    assert len({client.get(address).content for address in asked}) == 1


def test_an_espace_without_accounts_is_welcomed_beside_one_that_has_some(sign_in, sara, twins):
    assert sign_in(sara).get("/e/atlas/").context["is_empty"]
