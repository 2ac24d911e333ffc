"""What was measured, beside what it may be at most."""

from dataclasses import dataclass
from statistics import median

P95_MAX_S = 0.150  # of lists, from this many accounts on, where counts no longer are in proportion
HUGE = 990_000  # of a million, some are in the Corbeille


@dataclass(frozen=True)
class Bound:
    """value: None when nothing is promised."""

    words: str
    value: float
    most: float | None = None
    least: float | None = None

    @property
    def holds(self) -> bool:
        return (self.most is None or self.value <= self.most) and (
            self.least is None or self.value >= self.least
        )


@dataclass(frozen=True)
class Figure:
    """A line of the table. values: what is shown, column by column."""

    name: str
    values: tuple[str, ...]
    bounds: tuple[Bound, ...] = ()

    def __str__(self) -> str:
        told = ", ".join(bound.words for bound in self.bounds)
        verdict = "" if not self.bounds else "oui" if self.holds else "NON"
        return f"{self.name:<42}{''.join(f'{value:>12}' for value in self.values)}  {told:<44}{verdict}"

    @property
    def holds(self) -> bool:
        return all(bound.holds for bound in self.bounds)


def p95(seconds: list[float]) -> float:
    return sorted(seconds)[max(0, round(0.95 * len(seconds)) - 1)]


def page_figure(page, seconds: list[float], trivial: list[float], *, queries: int, first: float, size: int):
    """first: seconds of the first page of the accounts' list. size: accounts of the espace."""
    half = median(seconds)
    ratio = half / median(trivial)
    bounds = []
    if page.is_list and size >= HUGE:
        bounds.append(Bound(f"p95 {P95_MAX_S * 1000:.0f} ms", p95(seconds), most=P95_MAX_S))
    elif page.ratio_max:
        bounds.append(Bound(f"{page.ratio_max} ×", ratio, most=page.ratio_max))
    if page.first_page_max:
        words = f"{page.first_page_max} × la première".replace(".", ",")
        bounds.append(Bound(words, half / first, most=page.first_page_max))
    if page.queries_max:
        bounds.append(Bound(f"{page.queries_max} requêtes", queries, most=page.queries_max))
    values = (f"{half * 1000:.1f} ms", f"{p95(seconds) * 1000:.1f} ms", f"{ratio:.1f} ×", str(queries))
    return Figure(page.name, values, tuple(bounds))
