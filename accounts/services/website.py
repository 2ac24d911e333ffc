from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

NOT_A_SITE = "« {} » n'est pas l'adresse d'un site web : écrivez par exemple bnpparibas.fr."
MAX_LENGTH = 300


def normalise_website(typed: str) -> str:
    """A website as people type it, made an address: « BNPParibas.fr/ » gives https://bnpparibas.fr.

    Raises ValidationError with a sentence when it is no public website's address.
    """
    typed = typed.strip()
    if not typed:
        return ""
    refusal = ValidationError(NOT_A_SITE.format(typed[:80]))
    try:
        url = urlsplit(typed if "://" in typed else f"https://{typed}")
        host, port = (url.hostname or "").rstrip("."), url.port
        host = host.encode("idna").decode() if host.isascii() is False else host
    except (ValueError, UnicodeError):
        raise refusal from None
    labels = host.split(".")
    is_name = (
        len(labels) > 1
        and len(host) <= 253
        and all(0 < len(label) <= 63 and _is_label(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if url.scheme not in {"http", "https"} or not is_name or "@" in url.netloc or "\\" in typed:
        raise refusal
    if any(c.isspace() or not c.isprintable() for c in typed):
        raise refusal
    default_port = {"http": 80, "https": 443}[url.scheme]
    netloc = host if port in {None, default_port} else f"{host}:{port}"
    path = "" if url.path == "/" else url.path
    query = f"?{url.query}" if url.query else ""
    address = f"{url.scheme}://{netloc}{path}{query}"
    if len(address) > MAX_LENGTH:
        raise ValidationError(f"Cette adresse dépasse {MAX_LENGTH} caractères.")
    return address


def _is_label(label: str) -> bool:
    return label.isascii() and all(c.isalnum() or c == "-" for c in label) and label[0] != "-" != label[-1]
