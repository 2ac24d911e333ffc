from django.core.exceptions import ValidationError

NOT_A_SIREN = "Un SIREN a 9 chiffres, dont le dernier est une clé : celui-ci n'est pas valable."


def normalise_siren(typed: str) -> str:
    """A SIREN as people type it, without its blanks: « 542 044 524 » gives 542044524.

    Raises ValidationError with a sentence when it is none.
    """
    digits = "".join(typed.split())
    if digits and not _is_siren(digits):
        raise ValidationError(NOT_A_SIREN)
    return digits


def _is_siren(digits: str) -> bool:
    """Nine digits whose Luhn sum is a multiple of 10. Source: INSEE, « Numéro SIREN »."""
    if len(digits) != 9 or not (digits.isascii() and digits.isdecimal()):
        return False
    doubled = [int(d) * (1 + n % 2) for n, d in enumerate(digits)]
    return sum(d if d < 10 else d - 9 for d in doubled) % 10 == 0
