from django.core.exceptions import ValidationError

from crm.addresses import NetError, is_numeric, parts_of

NOT_A_SITE = "« {} » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr."
MAX_LENGTH = 300


def normalise_website(typed: str) -> str:
    """A website as people type it, made an address: « BNPParibas.fr/ » gives https://bnpparibas.fr.

    On any port, though logos are only looked for on the ordinary ones: people may follow such a link.
    Raises ValidationError with a sentence when it is no website's address.
    """
    typed = typed.strip()
    if not typed:
        return ""
    try:
        parts = parts_of(typed if "://" in typed else f"https://{typed}")
    except NetError:
        parts = None
    if parts is None or is_numeric(parts.hostname):
        raise ValidationError(NOT_A_SITE.format(typed[:80]))
    address = parts._replace(path="" if parts.path == "/" else parts.path).geturl()
    if len(address) > MAX_LENGTH:
        raise ValidationError(f"Cette adresse dépasse {MAX_LENGTH} caractères.")
    return address
