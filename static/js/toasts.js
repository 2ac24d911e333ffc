/* Toasts can be closed, and go away by themselves unless one is reading them or something went wrong. */
(() => {
  const SHOWN_MS = 8000;
  const toasts = document.querySelector("#toasts");

  function prepare(toast) {
    const close = crossButton("Fermer", () => toast.remove());
    close.className = "btn ghost square";
    toast.append(close);
    if (toast.matches(".error")) return;
    const hide = () => (toast.matches(":hover, :focus-within") ? setTimeout(hide, 2000) : toast.remove());
    setTimeout(hide, SHOWN_MS);
  }

  toasts.querySelectorAll(".toast").forEach(prepare);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach((node) => node.matches?.(".toast") && prepare(node));
  }).observe(toasts, { childList: true });
})();
