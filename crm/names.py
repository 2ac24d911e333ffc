"""What a company's name says once its legal form is dropped."""

import re
import unicodedata

# Before the name or after it.
LEGAL_FORMS = frozenset((
    "sa", "sas", "sasu", "sarl", "sarlu", "eurl", "eirl", "snc", "sci", "sca", "scs", "scop", "scic", "scp",
    "scm", "scea", "earl", "gaec", "gie", "selarl", "selarlu", "selas", "selasu", "selca", "sep",
    "gmbh", "ltd", "llc", "llp", "inc", "plc", "bv", "nv", "corp", "sprl", "srl",
))  # fmt: skip
# Only after it: before it they are words, as in AS Monaco, AG Insurance, Spa de Vichy.
ENDINGS = frozenset(("se", "spa", "ag", "kg", "kgaa", "ohg", "co", "oy", "oyj", "ab", "as", "asa", "sl"))
FILLERS = frozenset({"groupe", "group", "holding"})
# Written in two words, which none of its letters tells.
SARL_IN_TWO = re.compile(r"\bs\.?\s?à\s?r\.?\s?l\b|\bs\.\s?a\.?\s?r\.\s?l\b", re.IGNORECASE)


def words_of(name: str) -> list[str]:
    """The words of a name; « S.A. » is one, and so is « S.à r.l. »."""
    name = SARL_IN_TWO.sub("sarl", unicodedata.normalize("NFC", name))
    return re.findall(r"[^\W_]+", name.replace(".", ""))


def bare_words(name: str) -> list[str]:
    """The words that tell a company from another: « Groupe SNCF SA » gives ["SNCF"].

    Empty only when the name has no word at all.
    """
    words = words_of(name)
    telling = list(words)
    while len(telling) > 1 and telling[-1].casefold() in LEGAL_FORMS | ENDINGS:
        telling.pop()
    telling = [word for word in telling if word.casefold() not in LEGAL_FORMS] or words
    if len(telling) > 1 and telling[0].casefold() in FILLERS:
        telling = telling[1:]
    return telling
