"""What a company's name says once its legal form is dropped."""

import re

LEGAL_FORMS = frozenset((
    "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "sca", "scs", "scop", "scic", "se", "gie",
    "spa", "ag", "gmbh", "ltd", "llc", "inc", "plc", "bv", "nv", "corp",
))  # fmt: skip
FILLERS = frozenset({"groupe", "group", "holding"})


def words_of(name: str) -> list[str]:
    """The words of a name; « S.A. » is one."""
    return re.findall(r"[^\W_]+", name.replace(".", ""))


def bare_words(name: str) -> list[str]:
    """The words that tell a company from another: « Groupe SNCF SA » gives ["SNCF"].

    Empty only when the name has no word at all.
    """
    words = words_of(name)
    telling = [word for word in words if word.casefold() not in LEGAL_FORMS] or words
    if len(telling) > 1 and telling[0].casefold() in FILLERS:
        telling = telling[1:]
    return telling
