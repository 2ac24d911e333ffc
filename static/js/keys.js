/* Keyboard shortcuts. Those of a single character can be switched off (WCAG 2.1.4). */
(() => {
  const STORED = "single-keys";
  const SEQUENCE_MS = 1000;
  let lastG = 0;

  const shortcuts = document.querySelector("#shortcuts");
  const choice = document.querySelector("[data-single-keys]");
  if (choice) {
    choice.checked = localStorage.getItem(STORED) !== "off";
    choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));
  }

  const isTyping = (element) => element.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  function moveInRows(step) {
    const links = [...document.querySelectorAll("main .rowlink")];
    const here = links.indexOf(document.activeElement);
    (links[here < 0 ? 0 : here + step] ?? links[here])?.focus();
  }

  function withCtrl(event) {
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const form = document.activeElement.closest("form");
    if (event.key === "Enter" && form) form.requestSubmit();
    else if (rel && !isTyping(event.target)) document.querySelector(`a[rel~=${rel}]`)?.click();
    else return;
    event.preventDefault();
  }

  function single(event) {
    const afterG = Date.now() - lastG < SEQUENCE_MS;
    lastG = event.key === "g" ? Date.now() : 0;
    const target = document.querySelector(`[data-key="${CSS.escape(afterG ? `g ${event.key}` : event.key)}"]`);
    if (event.key === "j") moveInRows(1);
    else if (event.key === "k") moveInRows(-1);
    else if (event.key === "/") document.querySelector(".search input")?.focus();
    else if (event.key === "?") shortcuts?.showModal();
    else if (target) target.click();
    else return;
    event.preventDefault();
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.ctrlKey || event.metaKey) withCtrl(event);
    else if (!isTyping(event.target) && (choice?.checked ?? true)) single(event);
  });
})();
