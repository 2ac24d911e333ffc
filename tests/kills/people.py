"""People at work through the pages, and what they were promised."""

import re
import threading
from collections import Counter, defaultdict
from random import Random

from tests.kills.browser import Browser, CutOff, Refused


class Ledger:
    """What the site acknowledged: each row, and the values that its columns may hold.

    An edit that was cut off may have been done or not: its values are then as good as those before.
    """

    def __init__(self):
        self.rows: dict[tuple[str, int], dict[str, set[str]]] = {}
        self.names: dict[str, set[str]] = defaultdict(set)  # each name given to one row at most, by model
        self.counts: Counter = Counter()
        self.refusals: list[str] = []

    def try_name(self, model: str, name: str) -> None:
        self.names[model].add(name)

    def created(self, model: str, pk: int, **values: str) -> None:
        self.rows[model, pk] = {column: {value} for column, value in values.items()}
        self.counts["created"] += 1

    def trying(self, model: str, pk: int, **values: str) -> None:
        for column, value in values.items():
            self.rows[model, pk].setdefault(column, set()).add(value)

    def changed(self, model: str, pk: int, **values: str) -> None:
        self.rows[model, pk] |= {column: {value} for column, value in values.items()}
        self.counts["changed"] += 1


class Person(threading.Thread):
    """Creates accounts and affaires, and edits their own, until told to stop; each thing that is cut off is
    asked again as people do: a creation by sending the same form, an edit by opening it anew."""

    def __init__(self, site: str, espace: str, email: str, password: str, ledger: Ledger, seed: int):
        super().__init__(name=email, daemon=True)
        self._browser, self._espace = Browser(site), f"/e/{espace}"
        self._email, self._password = email, password
        self._ledger, self._random = ledger, Random(seed)
        self._accounts: list[int] = []
        self._made = 0
        self.signed_in, self.stopping = threading.Event(), threading.Event()

    def run(self):
        try:
            self._insist(self._sign_in)
            self.signed_in.set()
            while not self.stopping.is_set():
                account = self._create_account()
                self._create_affaire(account)
                self._rename("account", "comptes", self._random.choice(self._accounts))
                self._move(self._random.choice(self._accounts))
        except Refused as refusal:
            self._ledger.refusals.append(f"{self.name}: {refusal}")

    def _insist(self, act):
        while True:
            try:
                return act()
            except CutOff:
                self._ledger.counts["cut off"] += 1
                self.stopping.wait(0.05)

    def _sign_in(self):
        form = self._browser.form("/connexion/", "password")
        self._browser.send("/connexion/", form | {"login": self._email, "password": self._password})

    def _new_name(self, model: str) -> str:
        self._made += 1
        name = f"{model} {self._made} de {self._email}"
        self._ledger.try_name(model, name)
        return name

    def _create(self, model: str, address: str, **typed: str) -> int:
        name = typed["name"] = self._new_name(model)
        form = self._insist(lambda: self._browser.form(f"{self._espace}/{address}", "name")) | typed
        # The very same form again: its key keeps it from making two rows.
        location = self._insist(lambda: self._browser.send(f"{self._espace}/{address.split('?')[0]}", form))
        pk = int(re.search(r"/(\d+)/", location)[1])
        self._ledger.created(model, pk, name=name)
        return pk

    def _create_account(self) -> int:
        parent = (
            str(self._random.choice(self._accounts)) if self._random.random() < 0.5 and self._accounts else ""
        )
        tags = f"Tag {self._random.randrange(9)}"
        # The picker's own page: it offers the parent that the address names.
        address = f"comptes/nouveau/?parent={parent}" if parent else "comptes/nouveau/"
        pk = self._create("account", address, type="client", tags=tags)
        self._accounts.append(pk)
        return pk

    def _create_affaire(self, account: int) -> None:
        pk = self._create("affaire", f"affaires/nouvelle/?compte={account}", starts_on="2025-01-06")
        self._rename("affaire", "affaires", pk)

    def _rename(self, model: str, folder: str, pk: int) -> None:
        self._edit(model, f"{folder}/{pk}/modifier/", pk, name=self._new_name(model))

    def _move(self, pk: int) -> None:
        """Put an account at the top: always allowed, and its whole tree is numbered anew."""
        self._edit("account", f"comptes/{pk}/modifier/", pk, parent="")

    def _edit(self, model: str, address: str, pk: int, **typed: str) -> None:
        def once():
            form = self._browser.form(f"{self._espace}/{address}", "version")
            self._ledger.trying(model, pk, **typed)
            self._browser.send(f"{self._espace}/{address}", form | typed)

        self._insist(once)
        self._ledger.changed(model, pk, **typed)
