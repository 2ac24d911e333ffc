/* A form with data-passkey, "create" or "get", asks the browser for a passkey when it is sent, and leaves with the
   answer in its field `credential`. What to ask is in #passkey-options, or else at the form's own address.
   webauthnJSON, which speaks to the browser, comes with allauth. */
(() => {
  const SENTENCES = {
    NotAllowedError: "La demande a été annulée, ou a duré trop longtemps. Recommencez.",
    InvalidStateError: "Cet appareil a déjà une clé d'accès pour votre compte.",
    SecurityError: "Les clés d'accès demandent une adresse en https, ou http://localhost.",
    NotSupportedError: "Cet appareil ne sait pas faire de clé d'accès qui convienne.",
  };
  const FAILED = "La clé d'accès n'a pas pu être utilisée. Vérifiez votre connexion, puis recommencez.";
  const TOO_OLD = "Ce navigateur ne connaît pas les clés d'accès : mettez-le à jour.";

  async function optionsOf(form) {
    const held = document.getElementById("passkey-options");
    if (held) return JSON.parse(held.textContent);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    return (await response.json()).request_options;
  }

  async function answer(form) {
    const options = await optionsOf(form);
    // A key that the device keeps, and offers at sign-in without being told whose account it is.
    if (options.publicKey.authenticatorSelection) {
      options.publicKey.authenticatorSelection.residentKey = "required";
      options.publicKey.authenticatorSelection.requireResidentKey = true;
    }
    return window.webauthnJSON[form.dataset.passkey](options);
  }

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const refusal = form.querySelector("[data-passkey-refusal]");
    const say = (sentence) => {
      refusal.textContent = sentence;
      refusal.hidden = !sentence;
    };
    let asking = false;

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (asking) return;
      if (!window.PublicKeyCredential) return say(TOO_OLD);
      asking = true;
      say("");
      try {
        form.elements.credential.value = JSON.stringify(await answer(form));
        form.submit();
      } catch (error) {
        say(SENTENCES[error.name] ?? FAILED);
      }
      asking = false;
    });
  });
})();
