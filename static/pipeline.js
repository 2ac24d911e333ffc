/* Dragging a card to a step, or to the way it ended, does what its menu does. The moved card keeps the focus. */
(() => {
  let dragged = null;
  let moved = "";

  const zoneOf = (event) => event.target.closest?.("[data-step], .pipeline-ends [data-issue]");

  function entryFor(zone) {
    const { step, issue } = zone.dataset;
    const entries = dragged.querySelectorAll(".menu > button, .menu > a");
    return [...entries].find((entry) => (step === undefined ? entry.dataset.issue === issue : entry.value === step));
  }

  function point(zone) {
    document.querySelectorAll(".pipeline-over").forEach((other) => other.classList.remove("pipeline-over"));
    zone?.classList.add("pipeline-over");
  }

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".pipeline-card");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector(".rowlink").textContent);
    dragged.closest(".results").classList.add("dragging");
  });

  document.addEventListener("dragover", (event) => {
    const zone = dragged && zoneOf(event);
    const accepts = zone && entryFor(zone);
    if (accepts) event.preventDefault();
    point(accepts ? zone : null);
  });

  document.addEventListener("drop", (event) => {
    const zone = dragged && zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    entryFor(zone)?.click();
  });

  document.addEventListener("dragend", () => {
    point(null);
    document.querySelector(".results")?.classList.remove("dragging");
    dragged = null;
  });

  document.addEventListener("submit", (event) => {
    if (event.target.matches(".pipeline-card .menu")) moved = event.target.closest(".pipeline-card").id;
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (moved) document.getElementById(moved)?.querySelector(".rowlink").focus();
    moved = "";
  });
})();
