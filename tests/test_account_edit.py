from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Account


def address(account):
    return reverse("compte_modifier", args=[account.espace.slug, account.pk])


@pytest.fixture
def typed():
    """What the edit form sends for an untouched account."""

    def values(account, **changes):
        return {
            "name": account.name,
            "type": account.type,
            "created_on": account.created_on.isoformat(),
            "version": account.version,
        } | changes

    return values


def test_account_edit_by_avance(sign_in, victor, account, typed):
    natixis = account("Natixis", tags=["banque"])
    changes = {"name": "Natixis CIB", "tags": "banque, marchés", "siren": "542 044 524", "city": "Paris"}
    response = sign_in(victor).post(address(natixis), typed(natixis, **changes))
    edited = Account.objects.get(pk=natixis.pk)
    assert response.status_code == 302
    assert (edited.name, edited.siren, edited.city) == ("Natixis CIB", "542044524", "Paris")
    assert sorted(edited.tags.values_list("name", flat=True)) == ["banque", "marchés"]
    assert edited.version == natixis.version + 1


def test_account_edit_refused_to_standard(sign_in, sara, account, typed):
    natixis = account("Natixis")
    client = sign_in(sara)
    assert client.get(address(natixis)).status_code == 403
    assert client.post(address(natixis), typed(natixis, name="Autre")).status_code == 403
    assert Account.objects.get().name == "Natixis"


def test_account_of_another_espace_is_not_found(sign_in, otto, account, boreal):
    natixis = account("Natixis")
    client = sign_in(otto)
    for name in ("compte", "compte_modifier"):
        assert client.get(reverse(name, args=[boreal.slug, natixis.pk])).status_code == 404
        assert client.get(reverse(name, args=[natixis.espace.slug, natixis.pk])).status_code == 404


def test_entry_into_the_portfolio_is_changed_by_administrateurs_only(sign_in, amina, victor, account, typed):
    natixis = account("Natixis")
    change = typed(natixis, created_on="2020-01-01")
    client = sign_in(victor)
    assert "created_on" not in client.get(address(natixis)).context["form"].fields
    client.post(address(natixis), change)
    assert Account.objects.get().created_on == natixis.created_on

    sign_in(amina).post(address(natixis), change)
    changed = Account.objects.get()
    assert changed.created_on == date(2020, 1, 1)
    assert changed.today_status == "inactif"


def test_a_groupe_with_sub_accounts_keeps_its_type(sign_in, victor, account, typed):
    groupe = account("AXA", type="groupe")
    account("AXA France", parent=groupe)
    response = sign_in(victor).post(address(groupe), typed(groupe, type="client"))
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "type": ["« AXA » a 1 sous-compte : il reste un Groupe tant qu'ils n'ont pas été déplacés."]
    }
    assert Account.objects.get(pk=groupe.pk).type == "groupe"


def test_a_cycle_is_refused_with_its_path(sign_in, victor, account, typed):
    top = account("Crédit Agricole", type="groupe")
    middle = account("CA Assurances", parent=top)
    bottom = account("Pacifica", parent=middle)
    response = sign_in(victor).post(address(top), typed(top, parent=bottom.pk))
    assert response.context["form"].errors == {
        "parent": [
            "Un compte ne peut pas être placé sous lui-même : "
            "Crédit Agricole › CA Assurances › Pacifica › Crédit Agricole."
        ]
    }


@pytest.mark.parametrize("siren", ["542044523", "12345678", "abcdefghi"])
def test_a_wrong_siren_is_refused(sign_in, victor, account, typed, siren):
    natixis = account("Natixis")
    response = sign_in(victor).post(address(natixis), typed(natixis, siren=siren))
    assert response.context["form"].errors == {
        "siren": ["Un SIREN a 9 chiffres, dont le dernier est une clé : celui-ci n'est pas valable."]
    }
