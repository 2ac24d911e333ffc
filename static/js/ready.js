/* Tells the stylesheet that scripts run: .js-only shows, .no-js-only hides. */
document.documentElement.classList.add("js");
