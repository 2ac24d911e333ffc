/* The list of suggestions under a text input (ARIA combobox pattern). <combo-box> and <tag-input> use it.
   search(query): a promise of [{text, sub, ...}]; choose(item): called with the suggestion taken. */
class Autocomplete {
  static fold(text) {
    return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
  }

  /* What the server finds; other: more parameters, such as the account that the rows must belong to. */
  static async fetch(src, query, other = {}) {
    const url = new URL(src, location.href);
    for (const [name, value] of Object.entries({ q: query, ...other })) url.searchParams.set(name, value);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    return (await answer.json()).results;
  }

  constructor(box, input, { search, choose }) {
    Object.assign(this, { input, search, choose, items: [], active: -1, asked: 0 });
    this.list = document.createElement("ul");
    this.list.className = "combo-list";
    this.list.id = `${input.id}-list`;
    this.list.role = "listbox";
    this.list.hidden = true;
    this.list.setAttribute("aria-label", "Suggestions");
    box.append(this.list);

    input.role = "combobox";
    input.autocomplete = "off";
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");

    input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.open(), 150);
    });
    input.addEventListener("click", () => this.list.hidden && this.open());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.key(event));
    // Otherwise the input would lose its focus, and the list close, before the click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take([...this.list.children].indexOf(option));
    });
  }

  async open() {
    const asked = ++this.asked;
    let items;
    try {
      items = await this.search(this.input.value.trim());
    } catch {
      items = [{ text: "La recherche ne répond pas. Réessayez.", disabled: true }];
    }
    if (asked !== this.asked || document.activeElement !== this.input) return;
    this.items = items.length ? items : [{ text: "Aucun résultat", disabled: true }];
    this.list.replaceChildren(...this.items.map((item, index) => this.option(item, index)));
    this.list.hidden = false;
    const box = this.list.parentElement.getBoundingClientRect();
    this.list.classList.toggle("above", box.bottom + this.list.offsetHeight > innerHeight && box.top > this.list.offsetHeight);
    this.input.setAttribute("aria-expanded", "true");
    this.activate(this.items[0].disabled ? -1 : 0);
  }

  option(item, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.role = "option";
    option.setAttribute("aria-selected", Boolean(item.selected));
    if (item.disabled) option.setAttribute("aria-disabled", "true");
    if (item.mark) option.insertAdjacentHTML("afterbegin", item.mark);
    option.append(item.text);
    if (item.sub) {
      const sub = document.createElement("small");
      sub.textContent = item.sub;
      option.append(sub);
    }
    return option;
  }

  close() {
    clearTimeout(this.timer);
    this.asked++;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, i) => option.classList.toggle("active", i === index));
    const option = this.list.children[index];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const item = this.items[index];
    if (!item || item.disabled) return;
    this.close();
    this.choose(item);
  }

  key(event) {
    const open = !this.list.hidden;
    const last = this.items.length - 1;
    const moves = {
      ArrowDown: this.active >= last ? 0 : this.active + 1,
      ArrowUp: this.active <= 0 ? last : this.active - 1,
      Home: 0,
      End: last,
    };
    if (!open && (event.key === "ArrowDown" || event.key === "ArrowUp")) this.open();
    else if (open && event.key in moves) this.activate(moves[event.key]);
    else if (open && event.key === "Enter" && this.active >= 0) this.take(this.active);
    else if (open && event.key === "Escape") {
      this.close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }
}
