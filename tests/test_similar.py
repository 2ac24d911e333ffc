"""Accounts that may be the same company as the one being typed."""

import pytest

from accounts.services.account import create_account
from accounts.services.similar import similar_accounts
from crm.actor import Actor


@pytest.fixture
def similar(atlas):
    """The names of Atlas's accounts that are like these: `similar("BNP")`."""

    def names(name, website="", but=None) -> list[str]:
        return [row.name for row in similar_accounts(espace=atlas, name=name, website=website, but=but)]

    return names


@pytest.fixture
def portfolio(account):
    account("BNP Paribas SA", type="groupe", website="group.bnpparibas")
    account("Société Générale", website="www.societegenerale.fr/pro")
    account("Crédit Agricole", type="groupe", website="credit-agricole.fr")
    account("Crédit Mutuel")
    account("Groupe SNCF")
    account("L'Oréal")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("BNP Paribas", ["BNP Paribas SA"]),
        ("bnp  PARIBAS", ["BNP Paribas SA"]),
        ("Groupe BNP Paribas", ["BNP Paribas SA"]),
        ("BNP Parisbas", ["BNP Paribas SA"]),
        ("Societe generale SAS", ["Société Générale"]),
        ("SNCF", ["Groupe SNCF"]),
        ("Holding SNCF SA", ["Groupe SNCF"]),
        ("l’oreal", ["L'Oréal"]),
        ("Crédit Agricole", ["Crédit Agricole"]),
        ("Crédit Lyonnais", []),
        ("BPCE", []),
        ("B", []),
        ("SA", []),
        ("", []),
    ],
)
def test_name_alike(portfolio, similar, typed, found):
    assert similar(typed) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("societegenerale.fr", ["Société Générale"]),
        ("HTTP://SocieteGenerale.fr/autre", ["Société Générale"]),
        ("pro.societegenerale.fr", []),
        ("pas un site", []),
    ],
)
def test_same_domain_whatever_the_name(portfolio, similar, typed, found):
    assert similar("Franfinance", typed) == found


def test_same_domain_and_name_alike_together(portfolio, similar):
    assert similar("BNP Paribas", "societegenerale.fr") == ["BNP Paribas SA", "Société Générale"]


def test_account_being_edited_is_not_like_itself(similar, account):
    arval = account("Arval")
    twin = account("Arval")
    assert similar_accounts(espace=arval.espace, name="Arval", but=arval.pk) == [twin]


def test_five_at_most_the_likest_first(similar, account):
    for n in range(7):
        account(f"Natixis {n}")
    account("Natixis")
    assert similar("Natixis") == ["Natixis", "Natixis 0", "Natixis 1", "Natixis 2", "Natixis 3"]


def test_account_of_another_espace_is_like_nothing(similar, boreal, otto, today):
    create_account(
        by=Actor.of(otto), espace=boreal, today=today, name="Arval", type="client", website="arval.com"
    )
    assert similar("Arval", "arval.com") == []


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("L.C.L. SA", "LCL"),
        ("Point.P", "Point.P"),
        ("Groupe S.E.B.", "SEB"),
        ("A.B. Conseil", "AB Conseil"),
        ("É.T.É", "Été"),
    ],
)
def test_dots_in_a_name_neither_hide_it_nor_fail(similar, account, typed, known):
    account(known)
    assert similar(typed) == [known]


@pytest.mark.parametrize("typed", ["...", "!!", "", ".", "SA", "Groupe", "L", "'"])
def test_a_name_that_says_nothing_is_like_nothing(similar, portfolio, typed):
    assert similar(typed) == []


def test_in_a_large_espace_the_same_domain_and_the_same_name_are_not_cut_off(similar, account, monkeypatch):
    monkeypatch.setattr("accounts.services.similar.LOOKED_AT", 3)
    for n in range(6):
        account(f"Natation {n}")
    account("Natixis")
    account("Zèbre", website="natixis.com")
    assert similar("Natixis", "natixis.com") == ["Natixis", "Zèbre"]
