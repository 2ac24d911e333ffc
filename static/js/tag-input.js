/* <tag-input src>: a text input of names with commas becomes tokens. The text stays the form's value. */
customElements.define("tag-input", class extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    if (!this.field || this.box) return;
    const { id } = this.field;
    this.box = document.createElement("div");
    this.box.className = "combo";
    this.input = document.createElement("input");
    this.input.id = `${id}-text`;
    this.input.placeholder = "Ajouter…";
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.field.hasAttribute(name)) this.input.setAttribute(name, this.field.getAttribute(name));
    }
    this.box.append(this.input);
    this.append(this.box);
    for (const label of document.querySelectorAll(`label[for="${id}"]`)) label.htmlFor = this.input.id;
    for (const link of document.querySelectorAll(`a[href="#${id}"]`)) link.hash = this.input.id;
    this.field.hidden = true;

    this.suggestions = new Autocomplete(this.box, this.input, {
      search: (query) => this.search(query),
      choose: (item) => this.add(item.name),
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    // What was typed is never lost, even when one leaves without a comma.
    this.input.addEventListener("blur", () => this.add(this.input.value));
    for (const type of ["input", "change"]) this.input.addEventListener(type, (event) => event.stopPropagation());
    this.draw();
  }

  names() {
    return this.field.value.split(",").map((name) => name.trim()).filter(Boolean);
  }

  holds(name) {
    return this.names().some((held) => Autocomplete.fold(held) === Autocomplete.fold(name));
  }

  async search(query) {
    const results = await Autocomplete.fetch(this.getAttribute("src"), query);
    const items = results.filter(({ text }) => !this.holds(text)).map(({ text, sub }) => ({ text, sub, name: text }));
    const known = results.some(({ text }) => Autocomplete.fold(text) === Autocomplete.fold(query));
    if (query && !known && !this.holds(query)) items.push({ text: `Créer « ${query} »`, name: query });
    return items;
  }

  key(event) {
    const typed = this.input.value.trim();
    if (event.defaultPrevented) return;
    if (event.key === "," || (event.key === "Enter" && typed)) {
      event.preventDefault();
      this.add(typed);
    } else if (event.key === "Backspace" && !this.input.value) this.write(this.names().slice(0, -1));
  }

  add(text) {
    this.suggestions.close();
    this.input.value = "";
    const added = text.split(",").map((name) => name.trim()).filter((name) => name && !this.holds(name));
    if (added.length) this.write([...this.names(), ...added]);
  }

  write(names) {
    this.field.value = names.join(", ");
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
    this.draw();
  }

  draw() {
    this.box.querySelectorAll(".tag").forEach((tag) => tag.remove());
    this.input.before(...this.names().map((name) => token(name, () => {
      this.write(this.names().filter((held) => held !== name));
      this.input.focus();
    })));
  }
});
