"""Views: the filters, columns and order of the list of accounts, kept under a name."""

import re
from html import unescape

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.forms.filters import AccountFilter, ListState
from accounts.forms.saved_view import CODES, PARAMETER_LABELS, shown_views
from accounts.models import SavedView
from accounts.models.saved_view import PARAMETERS, query_of
from accounts.services import counts
from accounts.services.account import create_account, edit_account
from accounts.services.demo import fill_demo
from accounts.services.personal.erasing import erase_member
from accounts.services.saved_view import create_view, delete_view, edit_view, move_view
from accounts.services.tag import delete_tag, merge_tags
from accounts.templatetags.saved_views import view_address
from crm.actor import Actor, Door
from crm.merging import Stale
from tests.conftest import TODAY
from tests.service_calls import NOW

LINK = re.compile(r'<a href="([^"]*)" title="([^"]*)"[^>]*>.*?</a>', re.DOTALL)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def view(atlas, victor):
    """Make a view: `view("Clients", "type=client", by=sara, shared=False)`."""

    def make(name, query="", *, by=victor, shared=True) -> SavedView:
        return create_view(by=Actor.of(by), espace=atlas, name=name, query=query, shared=shared)

    return make


def sidebar(client) -> dict[str, tuple[str, int | None]]:
    """The fragment's views: by name, where each leads and the number it shows."""
    html = client.get("/e/atlas/vues/", **HTMX).content.decode()
    found = {}
    for match in LINK.finditer(html):
        number = re.search(r'class="num">([^<]*)<', match[0])
        count = int("".join(filter(str.isdigit, number[1]))) if number else None
        found[unescape(match[2])] = (unescape(match[1]), count)
    return found


def names(client) -> list[str]:
    return list(sidebar(client))


def test_view_is_saved_from_the_list_and_opens_the_same_list(sign_in, victor, account):
    account("Arval")
    account("BNP Paribas", type="groupe")
    client = sign_in(victor)
    answer = client.post("/e/atlas/vues/nouvelle/?type=client&tri=-nom&page=1", {"name": "Mes clients"})
    saved = SavedView.objects.get()
    assert (saved.name, saved.query, saved.member) == ("Mes clients", "type=client\ntri=-nom", victor)
    assert answer.url == f"/e/atlas/comptes/?type=client&tri=-nom&vue={saved.pk}&version=1"
    listing = client.get(answer.url).context["listing"]
    assert ([row.name for row in listing.rows], listing.differs) == (["Arval"], False)


@pytest.mark.parametrize("day", ("2025-05-31", "2025-06-20", "2025-09-15"))
@pytest.mark.parametrize("name", ("sara", "victor", "amina"))
def test_each_count_is_the_number_of_rows_that_its_link_opens(request, sign_in, atlas, name, day):
    cast = {who: request.getfixturevalue(who) for who in ("sara", "victor", "amina")}
    fill_demo(by=Actor(door=Door.COMMAND), espace=atlas, today=TODAY, seed=1)
    atlas.refresh_from_db()
    values = {"by": Actor.of(cast["victor"]), "espace": atlas, "shared": True}
    tag = atlas.tags.earliest("pk").slug
    head = atlas.accounts.filter(children__isnull=False).earliest("pk").pk
    for n, query in enumerate([f"tag={tag}", f"groupe={head}", "a_relancer=1", "archives=1", "q=bnp"]):
        create_view(**values, name=f"Vue {n}", query=query)
    create_view(**values, name="D'alors", query="au=2025-02-01\nstatut=actif")
    create_view(**values, name="Perdus", query="depuis=2025-01-01\nvenant=actif\nstatut=delaisse")
    with time_machine.travel(f"{day}T10:00:00+00:00", tick=False):
        client = sign_in(cast[name])
        page = client.get("/e/atlas/vues/").context["shelves"]
        shown = [view for _, views, _ in page for view in views]
        found = {view.name: view.count for view in shown}
        opened = {v.name: client.get(view_address(v, "atlas")).context["listing"] for v in shown}
        assert found == {called: listing.total for called, listing in opened.items()}
        assert not any(listing.errors or listing.differs for listing in opened.values())
        first = sidebar(client)
        assert {called: n for called, (_, n) in first.items()} == {called: found[called] for called in first}
        assert len(first) == min(12, len(found))
        assert sum(found.values()) > 0


def test_sidebar_of_a_page_shows_what_is_remembered_and_asks_for_the_rest(sign_in, victor, view, account):
    view("Clients", "type=client")
    client = sign_in(victor)
    assert b'hx-trigger="load"' in client.get("/e/atlas/contacts/").content
    assert sidebar(client)["Clients"][1] == 0
    page = client.get("/e/atlas/contacts/").content.decode()
    assert ('hx-trigger="load"' in page, ">Clients</span>" in page) == (False, True)
    account("Arval")
    assert b'hx-trigger="load"' in client.get("/e/atlas/contacts/").content
    assert sidebar(client)["Clients"][1] == 1


def test_count_that_there_was_no_time_for_is_left_out(victor, view, account):
    view("Clients", "type=client")
    account("Arval")
    victor.espace.refresh_from_db()
    (shown,) = shown_views(victor, TODAY, within_s=-1)
    assert (shown.count, shown.wrong) == (None, False)


@pytest.mark.parametrize(
    ("shown", "place"), [("vues/", "page"), ("vues/nouvelle/", "true"), ("comptes/", "")]
)
def test_sidebar_marks_all_the_views_only_on_their_pages(sign_in, victor, shown, place):
    """Asked for apart, it marks what the page that asks would."""
    client, address = sign_in(victor), f"/e/atlas/{shown}"
    of_htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"}
    apart = client.get("/e/atlas/vues/", headers=of_htmx)
    for html in (client.get(address).content.decode(), apart.content.decode()):
        link = re.search(r'<a href="/e/atlas/vues/"([^>]*)>', html[html.index('id="vues"') :])[1]
        assert link == (f' aria-current="{place}"' if place else "")


@pytest.mark.parametrize("views", (1, 12))
def test_sidebar_takes_a_query_for_each_view(sign_in, victor, view, views, django_assert_num_queries):
    for n in range(views):
        view(f"Vue {n}", f"bascule={n}")
    client = sign_in(victor)
    client.get("/e/atlas/contacts/")
    with django_assert_num_queries(4 + views):  # session, user, member, views
        client.get("/e/atlas/vues/", **HTMX)


def test_list_in_a_view_takes_one_query_more(sign_in, victor, view, account, django_assert_num_queries):
    account("Arval")
    opened = view("Clients", "type=client")
    client = sign_in(victor)
    client.get("/e/atlas/contacts/")  # the first request of the day
    with django_assert_num_queries(6):
        client.get("/e/atlas/comptes/?type=client&tri=nom")
    account("BNP")
    with django_assert_num_queries(7):
        client.get(view_address(opened, "atlas"))


# What differs from its view.


def test_touching_a_filter_offers_to_save_and_changes_nothing(sign_in, victor, view):
    opened = view("Clients", "type=client")
    page = sign_in(victor).get(f"/e/atlas/comptes/?type=groupe&vue={opened.pk}&version=1").content.decode()
    assert "Cette liste diffère de la vue « Clients »" in page
    offered = [word in page for word in (">Enregistrer</button>", "Enregistrer sous…", ">Annuler</a>")]
    assert offered == [True, True, True]
    opened.refresh_from_db()
    assert (opened.query, opened.version) == ("type=client", 1)


def test_shared_view_is_not_saved_over_by_standard(sign_in, sara, view):
    opened = view("Clients", "type=client")
    client = sign_in(sara)
    page = client.get(f"/e/atlas/comptes/?type=groupe&vue={opened.pk}&version=1").content.decode()
    assert (">Enregistrer</button>" in page, "Enregistrer sous…" in page) == (False, True)
    answer = client.post(f"/e/atlas/vues/{opened.pk}/enregistrer/?type=groupe", {"version": 1})
    opened.refresh_from_db()
    assert (answer.status_code, opened.query) == (403, "type=client")


def test_saving_over_the_view(sign_in, victor, view):
    opened = view("Clients", "type=client")
    address = f"/e/atlas/vues/{opened.pk}/enregistrer/?type=groupe&statut=actif"
    answer = sign_in(victor).post(address, {"version": 1})
    opened.refresh_from_db()
    assert (opened.query, opened.version) == ("statut=actif\ntype=groupe", 2)
    assert answer.url == view_address(opened, "atlas")


def test_save_over_what_somebody_else_saved_is_refused_with_both_shown(sign_in, victor, amina, view):
    opened = view("Clients", "type=client")
    edit_view(by=Actor.of(amina), view=opened, version=1, query="type=partenaire")
    client, address = sign_in(victor), f"/e/atlas/vues/{opened.pk}/enregistrer/?type=groupe"
    answer = client.post(address, {"version": 1})
    page = answer.content.decode()
    assert (answer.status_code, "Type : Partenaire" in page, "Type : Groupe" in page) == (422, True, True)
    opened.refresh_from_db()
    assert opened.query == "type=partenaire"
    client.post(address, {"version": opened.version})
    opened.refresh_from_db()
    assert opened.query == "type=groupe"


def test_view_that_was_only_renamed_or_moved_meanwhile_is_saved(victor, amina, view):
    opened = view("Clients", "type=client")
    edit_view(by=Actor.of(amina), view=opened, version=1, name="Nos clients")
    saved = edit_view(by=Actor.of(victor), view=opened, version=1, query="type=groupe")
    assert (saved.name, saved.query) == ("Nos clients", "type=groupe")


def test_service_refuses_a_stale_query(victor, amina, view):
    opened = view("Clients", "type=client")
    edit_view(by=Actor.of(amina), view=opened, query="type=partenaire")
    with pytest.raises(Stale):
        edit_view(by=Actor.of(victor), view=opened, version=1, query="type=groupe")


# Whose they are.


def test_own_view_of_somebody_else_does_not_exist(sign_in, sara, amina, view):
    own = view("À moi", "type=client", by=sara, shared=False)
    client = sign_in(amina)
    assert names(client) == []
    for action in ("modifier", "enregistrer", "deplacer", "supprimer"):
        assert client.post(reverse(f"vue_{action}", args=["atlas", own.pk])).status_code == 404
    listing = client.get(view_address(own, "atlas")).context["listing"]
    assert listing.errors == ["Cette vue n'existe pas, ou c'est celle d'un autre membre."]
    with pytest.raises(PermissionDenied):
        edit_view(by=Actor.of(amina), view=own, name="Prise")


def test_moi_in_a_shared_view_is_whoever_opens_it(sign_in, victor, amina, view, account):
    account("Arval", owner=victor.pk)
    view("Les miens", "responsable=moi")
    assert sidebar(sign_in(victor))["Les miens"][1] == 1
    assert sidebar(sign_in(amina))["Les miens"][1] == 0


def test_standard_makes_views_of_their_own_and_shares_none(sign_in, sara, atlas):
    client = sign_in(sara)
    assert "shared" not in client.get("/e/atlas/vues/nouvelle/?type=client").context["form"].fields
    client.post("/e/atlas/vues/nouvelle/?type=client", {"name": "Clients", "shared": "on"})
    saved = SavedView.objects.get()
    assert saved.member == sara
    with pytest.raises(PermissionDenied):
        edit_view(by=Actor.of(sara), view=saved, shared=True)


@pytest.mark.parametrize(("name", "of_the_espace"), [("sara", False), ("victor", True)])
def test_views_of_the_espace_are_changed_by_those_who_share_them(request, sign_in, view, name, of_the_espace):
    view("Clients", "type=client")
    member = request.getfixturevalue(name)
    view("À moi", by=member, shared=False)
    shelves = sign_in(member).get("/e/atlas/vues/").context["shelves"]
    offered = {"Mes vues": True, "Vues de l'espace": of_the_espace}
    assert {title: may_change for title, _, may_change in shelves} == offered


def test_view_is_shared_then_taken_back(sign_in, victor, amina, view):
    own = view("Clients", "type=client", shared=False)
    client, address = sign_in(victor), f"/e/atlas/vues/{own.pk}/modifier/"
    client.post(address, {"name": "Nos clients", "shared": "on", "version": 1})
    own.refresh_from_db()
    assert (own.name, own.is_shared) == ("Nos clients", True)
    client.post(address, {"name": "Nos clients", "version": own.version})
    own.refresh_from_db()
    assert own.member == victor


@pytest.mark.parametrize("shared", (True, False))
def test_name_is_unique_case_and_accents_apart(victor, sara, view, shared):
    view("Délaissés", by=victor, shared=shared)
    with pytest.raises(ValidationError) as refusal:
        view("delaisses", by=victor, shared=shared)
    assert list(refusal.value.message_dict) == ["name"]
    view("Délaissés", by=sara, shared=False)


def test_views_are_moved_up_and_down(sign_in, victor, view):
    first, second = view("Un"), view("Deux")
    move_view(by=Actor.of(victor), view=second, down=False)
    client = sign_in(victor)
    assert names(client) == ["Deux", "Un"]
    client.post(f"/e/atlas/vues/{first.pk}/deplacer/", {"sens": "haut"})
    assert names(client) == ["Un", "Deux"]
    move_view(by=Actor.of(victor), view=first, down=False)
    assert names(client) == ["Un", "Deux"]


def test_view_is_deleted_once_confirmed(sign_in, victor, view):
    opened = view("Clients", "type=client")
    client, address = sign_in(victor), f"/e/atlas/vues/{opened.pk}/supprimer/"
    assert "Seule la vue est supprimée" in client.get(address).content.decode()
    client.post(address)
    assert not SavedView.objects.exists()


# What becomes of a view when what it names goes.


def test_view_follows_a_tag_that_is_merged_and_tells_of_one_that_is_deleted(
    sign_in, victor, amina, atlas, view, account
):
    account("Arval", tags=["Banque", "Finance"])
    kept, tag = atlas.tags.get(name="Finance"), atlas.tags.get(name="Banque")
    opened = view("Banques", f"tag={tag.slug}\ntype=client")
    merge_tags(by=Actor.of(amina), tag=tag, into=kept.pk)
    opened.refresh_from_db()
    assert opened.query == "type=client\ntag=finance"
    client = sign_in(victor)
    assert sidebar(client)["Banques"][1] == 1
    delete_tag(by=Actor.of(amina), tag=kept)
    assert sidebar(client)["Banques"][1] is None
    listing = client.get(view_address(opened, "atlas")).context["listing"]
    assert listing.errors == ["Ce tag n'existe pas."]


def test_view_of_another_espace_keeps_its_tag_of_the_same_name(amina, otto, boreal, atlas, account, today):
    account("Arval", tags=["Banque", "Finance"])
    theirs = {"by": Actor.of(otto), "espace": boreal}
    create_account(**theirs, today=today, name="Secret", type="client", tags=["Banque"])
    opened = create_view(**theirs, name="Banques", query="tag=banque", shared=True)
    kept, tag = atlas.tags.get(name="Finance"), atlas.tags.get(name="Banque")
    merge_tags(by=Actor.of(amina), tag=tag, into=kept.pk)
    opened.refresh_from_db()
    assert opened.query == "tag=banque"


def test_own_views_go_with_a_member_who_is_erased(amina, victor, view):
    view("Espace")
    view("À moi", "q=Jean Dupont", shared=False)
    erase_member(by=Actor.of(amina), member=victor, now=NOW)
    assert [row.name for row in SavedView.objects.all()] == ["Espace"]


def test_list_with_an_unknown_value_is_not_saved(sign_in, victor):
    answer = sign_in(victor).post("/e/atlas/vues/nouvelle/?tag=inconnu", {"name": "Rien"})
    assert (answer.status_code, answer.context["wrong"]) == (422, ["Ce tag n'existe pas."])
    assert not SavedView.objects.exists()


# Columns.


def test_list_shows_the_columns_that_its_address_asks_for(sign_in, victor, account):
    account("Arval", website="arval.fr")
    client = sign_in(victor)
    assert client.get("/e/atlas/comptes/").context["listing"].columns == [
        *("type", "tags", "groupe", "bascule", "responsable")
    ]
    page = client.get("/e/atlas/comptes/?colonnes=site&colonnes=cree_le")
    assert page.context["listing"].columns == ["site", "cree_le"]
    assert 'href="https://arval.fr"' in page.content.decode()
    assert client.get("/e/atlas/comptes/?colonnes=aucune").context["listing"].columns == []
    assert client.get("/e/atlas/comptes/?colonnes=age").context["listing"].errors != []


def test_query_is_written_one_way():
    pairs = [("tri", "nom"), ("type", "client"), ("statut", "prospect"), ("statut", "actif"), ("page", "2")]
    usual = [("colonnes", name) for name in ("type", "tags", "groupe", "bascule", "responsable")]
    assert query_of([*pairs, *usual, ("q", " ")]) == "statut=actif\nstatut=prospect\ntype=client"


def test_view_keeps_all_that_the_list_may_show():
    place = {"page", "suite", "vue", "version", "nombres"}
    assert set(PARAMETERS) == (AccountFilter.base_filters.keys() | ListState.base_fields.keys()) - place
    assert list(PARAMETER_LABELS) == list(PARAMETERS)
    assert CODES.keys() <= set(PARAMETERS)


def test_counts_are_forgotten_at_each_write(victor, view, account):
    view("Clients", "type=client")
    arval = account("Arval")
    victor.espace.refresh_from_db()
    assert [row.count for row in shown_views(victor, TODAY)] == [1]
    edit_account(by=Actor.of(victor), account=arval, today=TODAY, type="groupe")
    victor.espace.journal.refresh_from_db()
    assert [row.count for row in shown_views(victor, TODAY)] == [0]
    assert counts.KEPT > 100


def test_delete_is_refused_for_a_shared_view_to_standard(sara, view):
    opened = view("Clients")
    with pytest.raises(PermissionDenied, match="Avancé"):
        delete_view(by=Actor.of(sara), view=opened)
