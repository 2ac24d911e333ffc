/* Tells the stylesheet that scripts run: .js-only shows, .no-js-only hides. */
document.documentElement.classList.add("js");

/* The parser that htmx uses runs no scripts, so that it takes the contents of <noscript> for elements: their
   buttons would be the first of a form, which Enter presses. */
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll("noscript").forEach((part) => part.remove()));
