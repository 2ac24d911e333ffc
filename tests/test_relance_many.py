"""Many accounts relanced at once: those ticked in the list, or all that its filter keeps."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Relance, TrashedRow
from accounts.services.account import archive_account, create_account, edit_account
from accounts.services.relance import do_relance, postpone_relance
from accounts.services.relance.undoing import TakenBack, reference_to, take_back
from accounts.services.trash import restore
from crm.actor import Actor
from crm.roles import who_can
from tests.business import affaire, relance, said
from tests.journal import length, told

PLAN = "/e/atlas/relances/en-nombre/"
TYPED = {"subject": "Campagne", "kind": "email", "jour": "lundi", "assignee": ""}
ALL = {"tous": 3, "statut": "delaisse"}


@pytest.fixture
def forgotten(account, sara) -> list:
    """Three accounts that are Délaissé, the second one sara's; and one that is not."""
    account("Récent")
    owners = {"B": sara.pk}
    return [account(name, created_on=date(2025, 1, 15), owner=owners.get(name)) for name in "ABC"]


def post(client, query: dict, **changes):
    page = client.get(PLAN, query)
    expected = page.context["form"]["attendu"].value()
    address = f"{PLAN}?{page.wsgi_request.GET.urlencode()}"
    return client.post(address, TYPED | {"attendu": expected} | changes, follow=True)


def test_accounts_ticked_in_the_list_are_relanced_by_their_owners(sign_in, victor, sara, forgotten):
    client = sign_in(victor)
    chosen = {"compte": [forgotten[0].pk, forgotten[1].pk]}
    assert "Planifier 2 relances" in client.get(PLAN, chosen).content.decode()
    response = post(client, chosen)
    assert said(response) == ["2 relances sont prévues le 2 juin 2025."]
    rows = Relance.objects.order_by("account__name_fold")
    assert [(row.account.name, row.assignee, row.subject, row.kind, row.cause) for row in rows] == [
        ("A", victor, "Campagne", "email", "delaisse"),
        ("B", sara, "Campagne", "email", "delaisse"),
    ]


def test_one_is_led_to_what_was_planned_and_may_take_it_all_back(
    sign_in, victor, amina, atlas, forgotten, account, today
):
    other = relance(victor, account("Autre"))
    client = sign_in(victor)
    response = post(client, ALL)
    assert response.redirect_chain == [("/e/atlas/relances/?etat=equipe&le=2025-06-02", 302)]
    assert [row.account for row in response.context["rows"]] == forgotten
    (message,) = response.context["messages"]
    assert message.extra_tags.startswith("/e/atlas/relances/en-nombre/annuler/?lot=")
    assert len(message.extra_tags) < 200
    before = length(atlas)
    assert said(client.post(message.extra_tags, follow=True)) == ["3 relances sont retirées."]
    assert list(Relance.objects.all()) == [other]
    assert [line[:3] for line in told(atlas, before)] == [("Victor", "trashed", "relance")] * 3
    again = said(client.post(message.extra_tags, follow=True))
    assert again == ["Aucune relance n'est retirée : toutes ont changé depuis."]
    restore(by=Actor.of(amina), trashed=TrashedRow.objects.first())
    client.post(message.extra_tags)
    assert Relance.objects.count() == 2


def test_each_is_due_before_the_bascule_of_its_own_account(sign_in, victor, account, forgotten, today):
    running = account("D", created_on=date(2020, 1, 1))
    affaire(victor, running)
    later = account("E", created_on=date(2025, 2, 10))
    client = sign_in(victor)
    chosen = {"compte": [forgotten[0].pk, running.pk, later.pk]}
    html = client.get(PLAN, chosen).content.decode()
    assert "Avant la bascule de chacun, sinon dans 7\xa0j" in html
    response = post(client, chosen, jour="bascule")
    assert said(response) == ["3 relances sont prévues du 7 juin 2025 au 8 août 2025."]
    assert response.redirect_chain == [("/e/atlas/relances/?etat=equipe&q=Campagne", 302)]
    assert len(response.context["rows"]) == 3
    days = dict(Relance.objects.values_list("account__name", "due_on"))
    assert days == {"A": date(2025, 7, 15), "D": date(2025, 6, 7), "E": date(2025, 8, 8)}
    one = client.get("/e/atlas/relances/nouvelle/", {"compte": later.pk}).context["form"]
    assert one.days["bascule"] == days["E"]


def test_what_somebody_touched_since_stays(sign_in, victor, forgotten, today):
    client = sign_in(victor)
    (message,) = post(client, ALL).context["messages"]
    first, second, _ = Relance.objects.order_by("pk")
    postpone_relance(by=Actor.of(victor), relance=first, today=today, due_on=date(2025, 6, 9))
    do_relance(by=Actor.of(victor), relance=second, today=today)
    assert said(client.post(message.extra_tags, follow=True)) == [
        "1 relance est retirée. 2, qui ont changé depuis, restent."
    ]
    assert set(Relance.objects.all()) == {first, second}


def test_only_those_who_may_assign_take_many_back_in_their_espace_with_our_reference(
    sign_in, victor, sara, otto, forgotten
):
    (message,) = post(sign_in(victor), ALL).context["messages"]
    assert sign_in(sara).post(message.extra_tags).status_code == 403
    elsewhere = message.extra_tags.replace("atlas", "boreal")
    gone = "Ce qui a été planifié ne peut plus être annulé d'ici : faites-le un à un."
    assert said(sign_in(otto).post(elsewhere, follow=True)) == [gone]
    client = sign_in(victor)
    for wrong in (message.extra_tags + "x", message.extra_tags.partition("?")[0]):
        assert said(client.post(wrong, follow=True)) == [gone]
    with time_machine.travel("2025-06-02T10:00:00+00:00", tick=False):
        assert said(sign_in(victor).post(message.extra_tags, follow=True)) == [gone]
    assert client.get(message.extra_tags).status_code == 405
    assert Relance.objects.count() == 3


def test_what_another_espace_planned_in_between_stays(victor, otto, boreal, atlas, account, today):
    theirs = create_account(by=Actor.of(otto), espace=boreal, today=today, name="Secret", type="client")
    first = relance(victor, account("A"))
    between = relance(otto, theirs)
    last = relance(victor, account("B"))
    lot = {"planned": reference_to([first, last]), "now": timezone.now()}
    assert take_back(by=Actor.of(victor), espace=atlas, **lot) == TakenBack(2, 0)
    assert list(Relance.objects.all()) == [between]


def test_all_of_the_filter_are_relanced_by_one_member(sign_in, victor, sara, forgotten):
    response = post(sign_in(victor), ALL, assignee=sara.pk)
    assert said(response) == ["3 relances sont prévues le 2 juin 2025."]
    assert [row.assignee for row in Relance.objects.all()] == [sara] * 3


def test_accounts_with_a_relance_keep_it_and_are_named(sign_in, victor, forgotten):
    relance(victor, forgotten[2])
    client = sign_in(victor)
    page = client.get(PLAN, ALL).content.decode()
    assert "1 de ces comptes a déjà une relance prévue" in page
    assert "Planifier 2 relances" in page
    assert said(post(client, ALL)) == [
        "2 relances sont prévues le 2 juin 2025.",
        "Avait déjà une relance prévue, et la garde : C.",
    ]


def test_accounts_not_to_be_followed_up_and_archived_ones_are_counted_then_named(
    sign_in, victor, forgotten, today
):
    by, (a, b, c) = Actor.of(victor), forgotten
    for row in (a, b):
        edit_account(by=by, account=row, today=today, do_not_follow_up=True)
    archive_account(by=by, account=c, today=today)
    client = sign_in(victor)
    chosen = {"compte": [a.pk, b.pk, c.pk]}
    page = client.get(PLAN, chosen).content.decode()
    assert "2 de ces comptes sont marqués « ne pas relancer » : ils sont laissés de côté." in page
    assert "1 de ces comptes est archivé : il est laissé de côté." in page
    assert "<button" not in page.partition("form-actions")[2].partition("</form>")[0]
    refused = post(client, chosen)
    assert refused.context["form"].non_field_errors() == ["Aucun de ces comptes n'est à relancer."]
    edit_account(by=by, account=a, today=today, do_not_follow_up=False)
    assert said(post(client, chosen)) == [
        "1 relance est prévue le 2 juin 2025.",
        "Marqué « ne pas relancer », et laissé de côté : B.",
        "Archivé, et laissé de côté : C.",
    ]
    assert [row.account for row in Relance.objects.all()] == [a]


@pytest.mark.parametrize(
    ("announced", "sentence"),
    [
        (3, ""),
        (4, "La liste a changé : 3 comptes y sont maintenant, et non 4."),
        (1, "La liste a changé : 3 comptes y sont maintenant, et non 1."),
    ],
)
def test_on_arrival_the_page_says_when_the_list_has_changed(sign_in, victor, forgotten, announced, sentence):
    page = sign_in(victor).get(PLAN, {"tous": announced, "statut": "delaisse"})
    assert page.context["form"].arrival == sentence
    assert sentence in page.content.decode()


def test_on_arrival_one_account_left_and_none_are_said_in_french(sign_in, victor, forgotten):
    client = sign_in(victor)
    page = client.get(PLAN, {"tous": 3, "statut": "delaisse", "q": "A"})
    assert page.context["form"].arrival == "La liste a changé : 1 compte y est maintenant, et non 3."
    response = client.get(PLAN, {"tous": 3, "q": "zzz"}, follow=True)
    assert said(response) == ["La liste a changé : plus aucun compte ne correspond au filtre."]


def test_a_list_that_changed_meanwhile_is_refused_and_its_new_count_said(sign_in, victor, account, forgotten):
    client = sign_in(victor)
    account("D", created_on=date(2025, 1, 15))
    address = f"{PLAN}?tous=3&statut=delaisse"
    response = client.post(address, TYPED | {"attendu": 3})
    form = response.context["form"]
    assert (response.status_code, Relance.objects.count()) == (422, 0)
    assert form.non_field_errors() == [
        "La liste a changé : 4 comptes sont maintenant à relancer. Vérifiez, puis envoyez à nouveau."
    ]
    assert "Planifier 4 relances" in response.content.decode()
    assert form["subject"].value() == "Campagne"
    client.post(address, TYPED | {"attendu": form["attendu"].value()})
    assert Relance.objects.count() == 4


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        (1, "La liste a changé : 1 compte est maintenant à relancer. Vérifiez, puis envoyez à nouveau."),
        (0, "La liste a changé : plus aucun de ces comptes n'est à relancer."),
    ],
)
def test_a_list_that_shrank_to_one_or_none_is_said_in_french(sign_in, victor, forgotten, left, sentence):
    for row in forgotten[left:]:
        relance(victor, row)
    address = f"{PLAN}?tous=3&statut=delaisse"
    response = sign_in(victor).post(address, TYPED | {"attendu": 3})
    assert response.context["form"].non_field_errors() == [sentence]
    assert Relance.objects.count() == 3 - left


def test_more_than_can_be_done_at_once_is_refused(sign_in, victor, forgotten, monkeypatch):
    for module in ("accounts.views.relance_many", "accounts.services.relance.many"):
        monkeypatch.setattr(f"{module}.AT_MOST", 2)
    client = sign_in(victor)
    page = client.get(PLAN, ALL)
    assert "Au plus 2 comptes en un geste" in page.content.decode()
    assert "Planifier" not in page.content.decode().partition("form-actions")[2]
    response = client.post(f"{PLAN}?tous=3&statut=delaisse", TYPED | {"attendu": 3})
    assert (response.status_code, Relance.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    "query", [{}, {"compte": "zut"}, {"tous": 3, "statut": "perdu"}, {"tous": 0, "q": "zzz"}]
)
def test_without_accounts_one_is_sent_back_to_choose(sign_in, victor, forgotten, query):
    response = sign_in(victor).get(PLAN, query, follow=True)
    assert response.redirect_chain == [("/e/atlas/comptes/", 302)]
    assert said(response) == ["Choisissez d'abord des comptes."]


def test_only_those_who_may_assign_tick_and_plan_many(sign_in, sara, victor, forgotten):
    for member, there in ((sara, False), (victor, True)):
        page = sign_in(member).get("/e/atlas/comptes/").content.decode()
        assert ('class="pick"' in page, PLAN in page) == (there, there)
    client = sign_in(sara)
    for response in (client.get(PLAN, ALL), client.post(f"{PLAN}?tous=3", TYPED)):
        assert response.status_code == 403
        assert who_can("relance.assign") in response.content.decode()
    assert Relance.objects.count() == 0


def test_an_account_of_another_espace_is_not_chosen(sign_in, otto, forgotten):
    response = sign_in(otto).get(f"/e/boreal/relances/en-nombre/?compte={forgotten[0].pk}")
    assert "Relancer A" not in response.content.decode()
    response = sign_in(otto).post(
        f"/e/boreal/relances/en-nombre/?compte={forgotten[0].pk}", TYPED | {"attendu": 1}
    )
    assert (response.status_code, Relance.objects.count()) == (422, 0)


def test_list_counts_what_the_button_says(sign_in, victor, forgotten):
    page = sign_in(victor).get("/e/atlas/comptes/?statut=delaisse").content.decode()
    assert "Relancer les 3 comptes du filtre" in page
    assert "Relancer la sélection (<b></b>)" in page  # whatever is ticked
