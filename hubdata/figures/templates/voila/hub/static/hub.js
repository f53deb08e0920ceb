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
  let ended = false, wanted = null;

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
    const field = asked();
    if (field.value === query) return answered();
    field.value = query;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function answered() {
    find("#first .shown")?.remove();
    if (!shown()) return say("The figures could not be updated.");
    say(shown().dataset.said);
    follow();
  }

  function submitted(event) {
    const query = new URLSearchParams(new FormData(event.target)).toString();
    if (ended || !asked()) return;  // the form opens the page again
    event.preventDefault();
    history.pushState(null, "", `?${query}`);
    ask(query);
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
    find(".print")?.addEventListener("click", () => print());
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
