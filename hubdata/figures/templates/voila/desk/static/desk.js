// Tells the page's status what a form has answered, and leads from an error to its field; it sends nothing.
(() => {
  const status = document.querySelector("#status");
  const title = document.title;
  const field = (link) => document.querySelector(
    `.hub-form-${link.hash.slice(1)} .hub-field-${link.dataset.field.replaceAll("_", "-")} :is(input, select, textarea)`);

  function follow(event) {
    const link = event.target.closest?.("a[data-field]");
    const to = link && field(link);
    if (!to) return;
    event.preventDefault();
    to.focus();
  }

  // A click is a press and a release in one place. If the button moves away in between, because words above it change,
  // the browser makes no click of it: what was meant is done all the same.
  let held = null;
  function pressed(event) {
    held = { button: event.target.closest?.(".hub-form button"), x: event.clientX, y: event.clientY };
  }
  function released(event) {
    const { button, x, y } = held ?? {};
    held = null;
    if (!button?.isConnected || button.contains(event.target)) return;
    if (Math.hypot(event.clientX - x, event.clientY - y) < 4) button.click();
  }

  // While a form works, its place for the answer keeps its height: the page, and the button with it, stays where it is.
  function working(event) {
    begun = true;
    const answer = event.target.closest?.(".hub-form button")?.closest(".hub-form").lastElementChild;
    if (answer) answer.style.minHeight = `${answer.offsetHeight}px`;
  }

  // The newest answer is said once; an error takes the focus, and the page's title says so.
  function answered(changes) {
    for (const change of changes) for (const added of change.addedNodes) {
      const said = added.matches?.("[data-said]") ? added : added.querySelector?.("[data-said]");
      if (!said) continue;
      status.textContent = said.dataset.said;
      taken(said);
      const place = said.matches(".working") ? null : said.closest(".hub-form")?.lastElementChild;
      if (place) place.style.minHeight = "";
      const wrong = said.matches(".error-summary");
      document.title = wrong ? `Error: ${title}` : title;
      if (wrong) said.focus();
      else if (!said.matches(".working, .listed")) typed.delete(said.closest(".hub-form"));
    }
  }

  // A list that is to be printed is on paper alone, with all that was folded; a workbook that was made is taken at once.
  function taken(said) {
    const link = said.querySelector("a.taken:not([data-done])");
    if (link) link.dataset.done = "done";
    link?.click();
    if (!said.dataset.print) return;
    delete said.dataset.print;
    for (const each of said.closest(".hub-form").querySelectorAll("details:has(table)")) each.open = true;
    print();
  }

  // A step that was opened is where to go on; a question that was answered at once takes the focus to its answer.
  function opened(changes) {
    for (const change of changes) for (const added of change.addedNodes) {
      const step = added.matches?.(STEP) ? added : added.querySelector?.(STEP) ?? added.closest?.(STEP);
      if (step && begun && (step.dataset.next !== undefined || step.closest(".hub-form") !== first())) setTimeout(() => step.focus(), SETTLES);
    }
  }
  const STEP = ".hub-step h2, .hub-walk h2[data-next]";
  let begun = false;  // a walk's first question is the page's beginning, which takes no focus
  const SETTLES = 200;  // milliseconds in which buttons that move below it are taken out and put in again
  const first = () => document.querySelector(".hub-form");

  // What was typed into a form that records is not lost without a word.
  const typed = new Set();
  function changed(event) {
    const form = event.isTrusted && !event.target.closest?.(".hub-listing") && event.target.closest?.(".hub-saves");
    if (form) typed.add(form);
  }
  function leaving(event) {
    if ([...typed].some((form) => form.isConnected)) event.preventDefault();
  }

  // Its forms are drawn after the page has been sent.
  function ready() {
    document.addEventListener("click", follow);
    document.addEventListener("input", changed);
    addEventListener("beforeunload", leaving);
    document.addEventListener("click", working, true);
    document.addEventListener("pointerdown", pressed, true);
    document.addEventListener("pointerup", released, true);
    new MutationObserver((_changes, watching) => {
      if (!document.querySelector(".hub-form:last-of-type :is(button, .answer, .error-summary), .hub-desk-head .notice")) return;
      watching.disconnect();
      hub.settled();
      if (location.hash) document.getElementById(location.hash.slice(1))?.focus();
      new MutationObserver(opened).observe(document.body, { childList: true, subtree: true });
      new MutationObserver(answered).observe(document.body, { childList: true, subtree: true });
    }).observe(document.body, { childList: true, subtree: true });
  }
  ready();
})();
