"""What names a person in a text, and what does not."""

import pytest

from accounts.services.personal.traces import Traces

ALICE = Traces(
    first_name="Alice", last_name="Petit", emails=["alice.petit@lcl.fr"], phone="+33 1 23 45 67 89"
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Vu Alice Petit hier", "Vu [effacé] hier"),
        ("vu PETIT  Alice hier", "vu [effacé] hier"),
        ("alice\npetit", "[effacé]"),
        ("Écrire à Alice.Petit@LCL.fr.", "Écrire à [effacé]."),
        ("Au 33123456789", "Au [effacé]"),
        ("Au 33-1.23 45/67 89, le matin", "Au [effacé], le matin"),
        ("Un petit compte de Mme Petit", "Un petit compte de Mme Petit"),
        ("Alice Petitjean", "Alice Petitjean"),
        ("Malice Petit", "Malice Petit"),
        ("dossier 933123456789", "dossier 933123456789"),
        ("", ""),
    ],
)
def test_text_without_what_names_the_person(text, cleaned):
    assert ALICE.cleaned(text) == cleaned


def test_near_the_person_their_last_name_alone_names_them():
    text = "Mme Petit, ou PETIT, dirige un petit service"
    assert ALICE.cleaned(text, near=True) == "Mme [effacé], ou [effacé], dirige un petit service"
    assert ALICE.names_alone(text)
    assert not ALICE.names_alone("un petit service")


def test_values_of_json_are_cleaned_at_any_depth_but_not_their_keys():
    payload = {
        "label": "Alice Petit",
        "changes": {"Alice Petit": [None, ["x", "Petit Alice"]], "n": [1, True]},
    }
    assert ALICE.cleaned(payload) == {
        "label": "[effacé]",
        "changes": {"Alice Petit": [None, ["x", "[effacé]"]], "n": [1, True]},
    }


def test_person_of_whom_nothing_is_known_is_in_no_text():
    nobody = Traces(first_name="", last_name="", emails=[""], phone="12")
    assert nobody.cleaned("Rien à effacer au 12", near=True) == "Rien à effacer au 12"
    assert not nobody.names_alone("Rien")


def test_person_with_a_single_name():
    madonna = Traces(first_name="", last_name="Madonna")
    assert madonna.cleaned("Madonna et madonna") == "[effacé] et [effacé]"


def test_name_with_signs_of_regular_expressions():
    odd = Traces(first_name="A.", last_name="(B+")
    assert odd.cleaned("AX (B+ puis A. (B+") == "AX (B+ puis [effacé]"
