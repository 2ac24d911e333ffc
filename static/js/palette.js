/* Ctrl+K, or [data-palette]: htmx looks for what one types; arrows choose an answer, Enter opens it. */
(() => {
  const palette = document.querySelector("#palette");
  if (!palette) return;
  const input = palette.querySelector("input");

  function choose(step) {
    const options = [...palette.querySelectorAll("[role=option]")];
    const here = options.findIndex((option) => option.ariaSelected === "true");
    const next = step ? (here + step + options.length) % options.length : 0;
    options.forEach((option, index) => (option.ariaSelected = index === next));
    input.setAttribute("aria-activedescendant", options[next]?.id ?? "");
    options[next]?.scrollIntoView({ block: "nearest" });
  }

  function open(event) {
    event.preventDefault();
    document.querySelector("#menu:popover-open")?.hidePopover();
    palette.showModal();
    input.select();
    htmx.trigger(input, "open");
  }

  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && open(event));
  document.addEventListener("keydown", (event) => {
    const free = !document.querySelector("dialog[open]");
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && free) open(event);
  });
  palette.addEventListener("htmx:afterSwap", () => choose(0));
  palette.addEventListener("keydown", (event) => {
    const chosen = palette.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Enter" && chosen) chosen.click();
    else return;
    event.preventDefault();
  });
})();
