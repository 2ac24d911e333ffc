/* <combo-box src create create-target depends>: turns its <select> into a picker that searches on the
   server. The select stays the value of the form, and fires `change`. Attributes: docs/ui.md. */
customElements.define("combo-box", class extends HTMLElement {
  connectedCallback() {
    this.select = this.querySelector("select");
    if (!this.select || this.box) return;
    const { id } = this.select;
    this.box = document.createElement("div");
    this.box.className = "combo";
    this.input = document.createElement("input");
    this.input.id = `${id}-text`;
    this.input.placeholder = this.select.dataset.placeholder ?? "Rechercher…";
    this.box.append(this.input);
    this.append(this.box);
    this.takeOver(id);

    this.suggestions = new Autocomplete(this.box, this.input, {
      search: (query) => this.search(query),
      choose: (item) => this.choose(item),
    });
    this.input.addEventListener("blur", () => this.draw());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !this.input.value && this.select.multiple) this.remove(this.chosen().at(-1));
    });
    // The form hears about the select only, not about what is being typed.
    for (const type of ["input", "change"]) this.input.addEventListener(type, (event) => event.stopPropagation());
    this.select.addEventListener("change", () => this.draw());
    this.parent = document.querySelector(this.getAttribute("depends") || "none");
    this.parent?.addEventListener("change", () => this.clear());
    this.draw();
  }

  /* Labels, links of the error summary and constraints go to the input that one sees. */
  takeOver(id) {
    for (const label of document.querySelectorAll(`label[for="${id}"]`)) label.htmlFor = this.input.id;
    for (const link of document.querySelectorAll(`a[href="#${id}"]`)) link.hash = this.input.id;
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
    }
    this.optional = !this.select.required;
    this.input.required = this.select.required && !this.select.multiple;
    this.select.required = false;
    this.input.autofocus = this.select.autofocus;
    this.input.disabled = this.select.disabled;
    if (document.activeElement === this.select) queueMicrotask(() => this.input.focus());
    this.select.hidden = true;
  }

  chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  async search(typed) {
    const [current] = this.chosen();
    // A value that is only displayed is not a search.
    const query = !this.select.multiple && typed === current?.text ? "" : typed;
    const found = this.hasAttribute("src") ? await this.fetchItems(query) : this.localItems(query);
    const exact = found.some((item) => Autocomplete.fold(item.text) === Autocomplete.fold(query));
    if (query && this.mayCreate() && !exact) found.push({ text: `Créer « ${query} »`, created: query });
    return found;
  }

  mayCreate() {
    return this.hasAttribute("create-target") ? Boolean(this.createTarget()) : this.hasAttribute("create");
  }

  /* Not on the page of somebody who may not create one. */
  createTarget() {
    return document.querySelector(this.getAttribute("create-target"));
  }

  async fetchItems(query) {
    const results = await Autocomplete.fetch(this.getAttribute("src"), query, this.parent ? { compte: this.parent.value } : {});
    return results.map(({ id, ...shown }) => ({ ...shown, value: String(id), selected: this.option(id)?.selected }));
  }

  localItems(query) {
    return [...this.select.options]
      .filter((option) => option.value && Autocomplete.fold(option.text).includes(Autocomplete.fold(query)))
      .map((option) => ({ value: option.value, text: option.text, selected: option.selected }));
  }

  option(value) {
    return [...this.select.options].find((option) => option.value === String(value));
  }

  choose(item) {
    if (item.created && this.hasAttribute("create-target")) return this.createElsewhere(item.created);
    const value = item.created ?? item.value;
    const option = this.option(value) ?? new Option(item.created ?? item.text, value);
    this.select.add(option);
    option.selected = !(this.select.multiple && option.selected);
    this.input.value = "";
    this.changed();
  }

  createElsewhere(name) {
    const part = this.createTarget();
    const target = part.querySelector("[data-create-name]");
    this.clear();
    part.open = true;
    target.value = name;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    const fields = [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((field) => field.checkVisibility());
    (fields[fields.indexOf(target) + 1] ?? target).focus();
  }

  remove(option) {
    if (!option) return;
    option.selected = false;
    this.changed();
    this.input.focus();
  }

  clear() {
    if (!this.chosen().length) return this.draw();
    this.chosen().forEach((option) => (option.selected = false));
    this.select.value = this.select.multiple ? null : "";
    this.changed();
  }

  changed() {
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  draw() {
    this.box.querySelectorAll(".tag, :scope > button").forEach((part) => part.remove());
    const chosen = this.chosen();
    if (this.select.multiple) {
      this.input.value = "";
      this.input.before(...chosen.map((option) => token(option.text, () => this.remove(option))));
      return;
    }
    this.input.value = chosen[0]?.text ?? "";
    if (chosen[0] && this.optional && !this.input.disabled) {
      this.input.after(crossButton("Effacer", () => { this.clear(); this.input.focus(); }));
    }
  }
});
