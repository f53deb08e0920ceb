// Keeps the filters, the address and the status in step with the figures; it makes no request but asks whether the
// page's own process is still there. Nothing that a viewer can set becomes markup here.
"use strict";
const hub = (() => {
  const ENDED = "This page has closed because it was not used for a while.";
  const every = 10000, patience = 60000;
  const find = (selector) => document.querySelector(selector);
  const say = (words) => { find("#status").textContent = words; };
  const config = () => JSON.parse(find("#jupyter-config-data").textContent);
  const asked = () => find(".hub-asked input");
  let ended = false, wanted = null, before = { open: [], above: 0 };

  const shown = () => find(".hub-answered .shown") || find("#first .shown");

  // Links to the other pages keep the view.
  function follow() {
    const query = shown()?.dataset.query;
    if (query === undefined) return;
    for (const link of document.querySelectorAll("a[data-page]")) link.search = query;
    const now = new URLSearchParams(query);
    for (const pick of document.querySelectorAll(".filters select")) pick.value = now.get(pick.name) ?? "";
  }

  function ask(query) {
    say("Updating figures…");
    wanted = query;
    before = { open: unfolded(), above: scrollY };
    const field = asked();
    if (field.value === query) return answered();
    field.value = query;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // What was folded open stays so, and the page stays where it was.
  const unfolded = () => [...document.querySelectorAll(".shown details[open]")].map((each) => each.id);
  function keep(open, above) {
    for (const id of open) if (document.getElementById(id)) document.getElementById(id).open = true;
    scrollTo(0, above);
  }

  function answered() {
    find("#first .shown")?.remove();
    keep(before.open, before.above);
    if (!shown()) return say("The figures could not be updated.");
    say(shown().dataset.said);
    follow();
  }

  // A choice is answered at once, in its place: focus stays in the filter, and the status says what has changed.
  function chosen(form) {
    const query = new URLSearchParams(new FormData(form)).toString();
    if (location.search !== `?${query}`) history.pushState(null, "", `?${query}`);
    ask(query);
  }

  function submitted(event) {
    if (ended || !asked()) return;  // the form opens the page again
    event.preventDefault();
    chosen(event.target);
  }

  function picked(event) {
    if (event.target.matches(".filters select") && !ended && asked()) chosen(event.target.form);
  }

  async function watch() {
    const { baseUrl, kernelId } = config();
    try {
      const answer = await fetch(`${baseUrl}api/kernels/${kernelId}`, { cache: "no-store" });
      if (answer.status !== 404) return;
    } catch { return; }  // no network is no end
    ended = true;
    clearInterval(watching);
    const link = document.createElement("a");
    link.href = `?${shown()?.dataset.query ?? ""}`;
    link.textContent = "Open the page again";
    find("#ended").replaceChildren(Object.assign(document.createElement("p"), { textContent: `${ENDED} ` }));
    find("#ended p").append(link, shown() ? " with the same filters." : ".");
  }

  // A link to what is folded opens it.
  function unfold(event) {
    const link = event.target.closest?.("a[href^='#']");
    const there = link && document.getElementById(link.hash.slice(1));
    if (there?.localName === "details") there.open = true;
  }

  let watching;
  const late = setTimeout(() => say("This is taking longer than usual. Try again later if nothing appears."), patience);

  // Called when what was waited for stands in the page.
  function settled() { clearTimeout(late); say(""); }

  // Called when the first figures stand in the page: at once, or when all of it has been sent.
  let begun = false;
  function arrived() {
    if (begun || !find("#first")) return;
    begun = true;
    settled();
    performance.mark("figures");
    const first = shown();
    if (first) say(first.dataset.said.replace("Figures updated", "Figures shown"));
    follow();
    document.addEventListener("submit", submitted);
    document.addEventListener("change", picked);
    find(".print")?.addEventListener("click", () => print());
    document.addEventListener("click", unfold);
    addEventListener("popstate", () => { if (asked() && !ended) ask(location.search.slice(1)); else location.reload(); });
    new MutationObserver((changes) => {
      if (wanted !== null && changes.some((each) => each.target.closest?.(".hub-answered"))) { wanted = null; answered(); }
    }).observe(document.body, { childList: true, subtree: true });
  }

  // The page has been sent whole when its own process has answered too.
  document.addEventListener("DOMContentLoaded", () => {
    arrived();
    watching = setInterval(watch, every);
  });
  arrived();

  // What Voila's front end calls; the template does the rest.
  window.voila_heartbeat = window.voila_process = window.voila_finish = () => {};
  return { settled };
})();
