"""An account is named with its logo, or its monogram, on every page and in Django admin."""

import pytest

from accounts.models import Account, Affaire, Contact, Note, Opportunite, Projet, Relance
from tests.test_admin import one_of_each

DIGEST = "0123456789abcdef" * 2
LOGO = f'<img src="/e/atlas/logos/{DIGEST}-'
MONOGRAM = 'class="logo logo-'


@pytest.fixture
def rows(amina):
    return one_of_each(amina, "Dupont")


def pages(rows) -> list[str]:
    account, contact = rows[Account].pk, rows[Contact].pk
    return [
        f"contacts/{contact}/",
        f"comptes/{account}/deplacer/",
        f"comptes/{account}/fil/",
        f"notes/{rows[Note].pk}/",
        "reglages/personnes/?q=Dupont",
        "flux/?du=2025-01-01&au=2025-05-31",
    ]


@pytest.mark.parametrize("logo, mark", (("", MONOGRAM), (DIGEST, LOGO)), ids=("monogram", "logo"))
def test_page_that_names_an_account_shows_its_mark(sign_in, amina, rows, logo, mark):
    Account.objects.update(logo=logo)
    client = sign_in(amina)
    for page in pages(rows):
        main = client.get(f"/e/atlas/{page}").content.decode().partition("<main")[2]
        assert mark in main, page


@pytest.mark.parametrize("logo, mark", (("", MONOGRAM), (DIGEST, LOGO)), ids=("monogram", "logo"))
@pytest.mark.parametrize("model", (Account, Affaire, Contact, Note, Opportunite, Projet, Relance))
def test_list_of_django_admin_that_names_an_account_shows_its_mark(sign_in, amina, rows, model, logo, mark):
    Account.objects.update(logo=logo)
    page = sign_in(amina).get(f"/admin/accounts/{model._meta.model_name}/").content.decode()
    assert mark in page
    assert 'href="/static/css/logo.css"' in page
    assert "style=" not in page
