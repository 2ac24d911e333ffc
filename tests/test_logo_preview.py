"""What leaving the website field shows: the logo of the site, or the monogram, and the site's name."""

import pytest

from accounts.models import Account, LogoSearch
from accounts.services.logo import previewing
from accounts.services.logo.previewing import AT_MOST
from crm.models import Espace
from tests.web import page


def shown(client, website: str, **typed) -> str:
    response = client.get("/e/atlas/comptes/logo/", {"website": website, **typed})
    assert response.status_code == 200
    return response.content.decode()


def test_logo_and_name_of_the_site_are_shown_and_nothing_is_kept(web, sign_in, victor):
    html = shown(sign_in(victor), "http://arval.fr")
    assert "Logo trouvé sur ce site." in html
    assert 'src="data:image/webp;base64,' in html
    assert "Nommer le compte « Arval »" in html
    assert "/e/atlas/comptes/nouveau/?name=Arval" in html
    assert (Account.objects.count(), LogoSearch.objects.count()) == (0, 0)


def test_name_is_not_offered_over_one_that_was_typed(web, sign_in, victor):
    assert "Nommer le compte" not in shown(sign_in(victor), "http://arval.fr", name="Arval France")


def test_site_without_a_logo_shows_the_monogram(web, sign_in, victor):
    web.sites["arval.fr"] = {"/": page("<p>Bonjour</p>")}
    html = shown(sign_in(victor), "http://arval.fr", name="Arval France")
    assert "Aucun logo trouvé sur ce site" in html
    assert ">AF</span>" in html


@pytest.mark.parametrize(
    "website", ("http://127.0.0.1/", "http://serveur.local", "http://10.0.0.1", "ailleurs.fr")
)
def test_what_cannot_be_read_shows_the_monogram_too(web, sign_in, victor, website):
    assert "data:image" not in shown(sign_in(victor), website)


def test_what_nobody_foresaw_in_a_site_shows_the_monogram_too(web, sign_in, victor, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(previewing, "find", fail)
    assert ">AF</span>" in shown(sign_in(victor), "http://arval.fr", name="Arval France")


@pytest.mark.parametrize("website", ("", "pas un site", "\0", "http://[", "javascript:alert(1)"))
def test_what_is_no_website_shows_nothing(web, sign_in, victor, website):
    assert shown(sign_in(victor), website).strip() == ""


def test_nobody_is_contacted_where_the_espace_says_so(web, sign_in, victor):
    Espace.objects.update(fetches_logos=False)
    assert "désactivée" in shown(sign_in(victor), "http://arval.fr")
    assert web.asked == []


def test_member_may_look_at_a_few_sites_a_minute(web, sign_in, victor):
    client = sign_in(victor)
    for _ in range(AT_MOST):
        assert "Logo trouvé" in shown(client, "http://arval.fr")
    asked = len(web.asked)
    assert "Le logo sera cherché une fois le compte créé." in shown(client, "http://arval.fr")
    assert len(web.asked) == asked


def test_standard_has_no_look_at_sites(web, sign_in, sara):
    assert sign_in(sara).get("/e/atlas/comptes/logo/?website=arval.fr").status_code == 403
    assert web.asked == []


def test_administrateur_turns_the_search_on_from_the_list(sign_in, amina):
    Espace.objects.update(fetches_logos=False)
    client = sign_in(amina)
    assert "Chercher les logos" in client.get("/e/atlas/comptes/").content.decode()
    client.post("/e/atlas/comptes/logos/")
    assert Espace.objects.get().fetches_logos
    assert "Chercher les logos" not in client.get("/e/atlas/comptes/").content.decode()


def test_others_are_not_offered_to_turn_it_on(sign_in, victor):
    Espace.objects.update(fetches_logos=False)
    client = sign_in(victor)
    assert "Chercher les logos" not in client.get("/e/atlas/comptes/").content.decode()
    assert client.post("/e/atlas/comptes/logos/").status_code == 403
