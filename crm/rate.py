"""How often something may be asked for, counted in the cache that all processes share."""

from django.core.cache import cache


def allows(key: str, *, at_most: int, every_s: int) -> bool:
    """Count one more; False once more than `at_most` came within `every_s` seconds of the first of them."""
    cache.add(key, 0, every_s)
    try:
        return cache.incr(key) <= at_most
    except ValueError:  # it ran out in between
        return True
