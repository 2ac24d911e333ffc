/* One chosen value in a picker, with the button that takes it away. */
function token(text, remove) {
  const tag = document.createElement("span");
  tag.className = "tag";
  tag.append(text, crossButton(`Retirer ${text}`, remove));
  return tag;
}

function crossButton(label, action) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", label);
  button.addEventListener("click", action);
  return button;
}
