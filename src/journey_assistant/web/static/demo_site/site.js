/*
 * What a site that carries the chat does: says who is signed in, which page it is, and whether that may be noted.
 * The picker at the top stands for the site's own sign-in.
 */
(() => {
  "use strict";

  const WHO = "demo-site:persona";
  const ANSWERED = "demo-site:consent";
  const picker = document.querySelector("#persona");
  const what = document.querySelector("#what");
  const consent = document.querySelector("#consent");
  const withJourney = (run) => (window.journey ||= []).push(run);

  /** A signed token of this customer, from the site's own backend. */
  async function tokenOf(customer) {
    const response = await fetch("/demo-site/token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ customer_id: customer }),
    });
    if (!response.ok) throw new Error(`no token: ${response.status}`);
    return (await response.json()).token;
  }

  function describe() {
    what.textContent = picker.selectedOptions[0].dataset.what ?? "Only what the help centre tells everybody.";
    consent.hidden = picker.value !== "" || localStorage.getItem(ANSWERED) !== null;
  }

  function signIn(customer) {
    withJourney((journey) => journey.identify(customer ? () => tokenOf(customer) : null));
  }

  const stored = sessionStorage.getItem(WHO) ?? "";
  picker.value = [...picker.options].some((option) => option.value === stored) ? stored : "";
  describe();
  if (picker.value) signIn(picker.value);
  if (picker.value) withJourney((journey) => journey.page({ path: document.body.dataset.path, title: document.title }));

  picker.addEventListener("change", () => {
    sessionStorage.setItem(WHO, picker.value);
    // A page of its own, as after a real sign-in.
    location.reload();
  });

  for (const button of document.querySelectorAll("[data-consent]")) {
    button.addEventListener("click", () => {
      localStorage.setItem(ANSWERED, button.dataset.consent);
      withJourney((journey) => journey.consent(button.dataset.consent === "yes"));
      consent.hidden = true;
    });
  }

  for (const button of document.querySelectorAll("[data-open-chat]")) {
    button.addEventListener("click", () => withJourney((journey) => journey.open()));
  }
})();
