/* A double click creates one row. The buttons are not disabled: their value must be sent. */
(() => {
  const sent = new Set();

  // On the window, so that whoever handles the form itself has spoken before.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) return event.preventDefault();
    sent.add(form);
    event.submitter?.setAttribute("aria-busy", "true");
  });

  // Back from the next page, the form may be sent again.
  addEventListener("pageshow", () => {
    sent.clear();
    document.querySelectorAll("button[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
})();
