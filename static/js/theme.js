/* Changes the theme at once, and tells the server without leaving the page. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-switch]")) return;
  event.preventDefault();
  const { value } = event.submitter;
  document.documentElement.dataset.theme = value === "auto" ? "" : value;
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", button.value === value);
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
});
