"""What docs/ui.md promises of every page: axe, no sideways scroll, no console error, its weight."""

import gzip

import pytest
from django.urls import get_resolver, reverse

from accounts.models import Account, Affaire, Opportunite, Projet, Relance
from accounts.services.demo import fill_demo
from crm.actor import Actor, Door

pytestmark = pytest.mark.django_db(transaction=True)

# Not pages: JSON for pickers, fragments of forms, and what only answers to POST.
NOT_PAGES = {
    "compte_choix",
    "membre_choix",
    "tag_choix",
    "projet_choix",
    "opportunite_choix",
}
NOT_PAGES |= {
    "compte_apercu",
    "affaire_et_si",
    "opportunite_et_si",
    "opportunite_rouvrir",
    "opportunite_deplacer",
    "affaire_reprendre",
}
NOT_PAGES |= {
    "reglages_etapes",
    "reglages_membre_reactiver",
    "reglages_invitation_renvoyer",
    "reglages_invitation_retirer",
    "reglages_contact_exporter",
    "membre_exporter",
    "corbeille_restaurer",
    "compte_archiver",
    "compte_remettre",
    "compte_desarchiver",
}
NOT_PAGES |= {
    "logo",
    "logos_chercher",
    "compte_logo_apercu",
    "compte_logo_attente",
    "compte_logo_actualiser",
    "compte_logo_retirer",
}
NOT_PAGES |= {"relance_retablir", "relances_retirer", "relances_agenda_fermer", "resume_exemple"}
NOT_PAGES |= {"relances_planifier"}  # leads to the list, unless accounts are chosen
NOT_PAGES |= {"vue_enregistrer", "vue_deplacer"}


def addresses(espace) -> list[str]:
    """Every page of an espace, from the URL resolver, each with a row that the demo knows."""
    rows = {
        "compte": Account.objects.get(name="BNP Paribas"),
        "groupe": Account.objects.get(name="BNP Paribas"),
        "affaire": Affaire.objects.filter(cancelled_on=None).earliest("pk"),
        "opportunite": Opportunite.objects.filter(stage="en_cours").earliest("pk"),
        "projet": Projet.objects.earliest("pk"),
        "note": espace.notes.earliest("pk"),
        "relance": Relance.objects.open().earliest("pk"),
        "contact": espace.contacts.earliest("pk"),
        "vue": espace.savedviews.filter(member=None).earliest("pk"),
        "membre": espace.memberships.latest("pk"),  # nobody erases themselves
        "reglages_contact": espace.contacts.earliest("pk"),
        "reglages_membre": espace.memberships.earliest("pk"),
        "reglages_tag": espace.tags.get(name="banque"),
    }
    found = []
    for name, (variants, *_) in get_resolver().reverse_dict.items():
        if not isinstance(name, str) or "espace" not in variants[0][1] or name in NOT_PAGES:
            continue
        needs_row = "pk" in variants[0][1]
        row = [next(row for start, row in rows.items() if name.startswith(start)).pk] if needs_row else []
        found.append(reverse(name, args=[espace.slug, *row]))
    return sorted(found)


@pytest.fixture
def demo(atlas, amina, victor, today):
    fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=today, seed=1)
    return atlas


@pytest.fixture
def pages(demo) -> list[str]:
    """Every page of the demo espace, and some in other states."""
    found = addresses(demo)
    assert len(found) == 77
    return [
        *found,
        "/e/atlas/comptes/?statut=delaisse&type=client&type=groupe&tag=banque&responsable=moi&bascule=90",
        "/e/atlas/comptes/?au=2026-06-30",
        f"/e/atlas/comptes/{Account.objects.get(name='BNP Paribas').pk}/groupe/?au=2025-03-15",
        "/e/atlas/relances/?etat=retard",
        "/e/atlas/relances/?etat=toutes",
        "/e/atlas/relances/en-nombre/?tous=1&statut=delaisse",
        "/e/atlas/comptes/?statut=perdu",
        "/e/atlas/opportunites/?cloture_du=2025-06-01&cloture_au=2025-08-31&sans_montant=1",
        "/e/atlas/opportunites/tableau/?etape=Proposition&responsable=moi",
        "/e/atlas/opportunites/tableau/?cloture_du=hier",
        "/e/atlas/comptes/?depuis=2025-03-01&venant=actif&venant=entree",
        "/e/atlas/flux/?periode=90&type=client&responsable=moi",
        "/e/atlas/flux/?periode=12",
        "/e/atlas/journal/?qui=vigie&quoi=account&action=created&porte=command&du=2025-05-31&au=2025-05-31",
        "/e/atlas/journal/?action=exported",
        "/e/atlas/journal/?quoi=facture",
        "/e/atlas/inconnu/",
    ]


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_every_page_is_accessible(page, axe, pages, amina, viewport):
    opened = page(member=amina, viewport=viewport)
    held = []
    for address in pages:
        opened.goto(address)
        if found := axe(opened):
            held.append(f"{address}: {found}")
    assert held == []


def test_axe_notices_what_is_wrong_in_one_theme_alone(page, axe, db):
    opened = page("/connexion/")
    heading = "document.querySelector('h1').style.color = "
    for theme, colours in {"light": "light-dark(#eee, #fff)", "dark": "light-dark(#000, #222)"}.items():
        opened.evaluate(f"{heading}'{colours}'")
        held = axe(opened).splitlines()
        assert [line.partition(":")[0] for line in held if "<h1" in line] == [f"{theme}, color-contrast"]


def test_no_page_scrolls_sideways(page, pages, amina):
    opened = page(member=amina, viewport="narrow")
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for address in pages:
        opened.goto(address)
        assert (address, opened.evaluate(wider)) == (address, 0)


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_pages_outside_an_espace_are_accessible(page, axe, amina, viewport):
    for address in ("/connexion/", "/connexion/mot-de-passe-oublie/", "/inconnu/"):
        opened = page(address, viewport=viewport)
        assert (address, axe(opened)) == (address, "")
    for address in ("/espaces/", "/espaces/nouveau/"):
        opened = page(address, member=amina, viewport=viewport)
        assert (address, axe(opened)) == (address, "")


def test_a_refused_page_is_accessible_and_says_who_can(page, axe, demo, sara):
    opened = page("/e/atlas/comptes/nouveau/", member=sara)
    assert "Seuls les membres Avancé et Administrateur peuvent le faire." in opened.content()
    assert axe(opened) == ""


def test_a_list_of_fifty_weighs_little(sign_in, demo, amina):
    html = sign_in(amina).get("/e/atlas/comptes/")
    assert len(html.context["rows"]) == 50
    assert len(gzip.compress(html.content, 6)) <= 12 * 1024


def test_a_first_visit_weighs_at_most_70_kb_in_6_requests(page, demo, amina):
    """Bodies as gzip would send them: the test server compresses nothing."""
    opened = page(member=amina)
    bodies = []
    opened.on("response", lambda response: bodies.append(response))
    opened.goto("/e/atlas/comptes/")
    opened.wait_for_load_state("networkidle")
    # By address: a browser keeps the mark, which is both in the page and its icon.
    weights = {
        response.url: len(body) if response.url.endswith(".woff2") else len(gzip.compress(body, 6))
        for response in bodies
        if (body := response.body())
    }
    assert len(weights) <= 6, weights
    assert sum(weights.values()) <= 70 * 1024, weights
