/* Places menus under their button where the browser has no anchor positioning. */
if (!CSS.supports("position-area: block-end")) {
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (event.newState !== "open" || !menu.matches(".menu") || matchMedia("(max-width: 40rem)").matches) return;
    const button = document.querySelector(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
    menu.style.inset = "auto";
    menu.style.margin = "0";
    menu.style.top = `${Math.min(button.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
    menu.style.left = `${Math.min(button.left, innerWidth - menu.offsetWidth - 8)}px`;
  }, true);
}
