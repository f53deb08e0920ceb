// Tells the page's status what a form has answered, and leads from an error to its field; it sends nothing.
const desk = (() => {
  const status = document.querySelector("#status");
  const title = document.title;
  const field = (link) => document.querySelector(
    `.hub-form-${link.hash.slice(1)} .hub-field-${link.dataset.field.replaceAll("_", "-")} :is(input, select)`);

  function follow(event) {
    const link = event.target.closest?.("a[data-field]");
    const to = link && field(link);
    if (!to) return;
    event.preventDefault();
    to.focus();
  }

  // The newest answer is said once; an error takes the focus, and the page's title says so.
  function answered(changes) {
    for (const change of changes) for (const added of change.addedNodes) {
      const said = added.matches?.("[data-said]") ? added : added.querySelector?.("[data-said]");
      if (!said) continue;
      status.textContent = said.dataset.said;
      const wrong = said.matches(".error-summary");
      document.title = wrong ? `Error: ${title}` : title;
      if (wrong) said.focus();
    }
  }

  // Called when the page has been sent; its forms are drawn after that.
  function ready() {
    document.addEventListener("click", follow);
    new MutationObserver((_changes, watching) => {
      if (!document.querySelector(".hub-form:last-of-type button, .hub-desk-head .notice")) return;
      watching.disconnect();
      hub.settled();
      new MutationObserver(answered).observe(document.body, { childList: true, subtree: true });
    }).observe(document.body, { childList: true, subtree: true });
  }
  return { ready };
})();
