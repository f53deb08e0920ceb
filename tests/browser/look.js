// What axe finds wrong. Contrast is looked at in one element of every look: it is four fifths of axe's time, and hangs
// on nothing but what the browser says of an element and of all that it lies in. `whole` looks at every element.
async ([tags, whole]) => {
  const contrast = "color-contrast", looks = new Map();
  const said = (element, names) => { const style = getComputedStyle(element); return names.map((name) => style[name]).join(); };
  const around = ["backgroundColor", "backgroundImage", "opacity", "filter", "mixBlendMode", "position", "display", "visibility"];
  const own = ["color", "fontSize", "fontWeight", "textShadow", "webkitTextFillColor"];
  const look = (element) => {
    if (!looks.has(element)) {
      const here = [element.localName, element.id, element.getAttribute("class"), said(element, around)].join();
      looks.set(element, (element.parentElement ? look(element.parentElement) : "") + ">" + here);
    }
    return looks.get(element);
  };
  const speaks = (element) => element.matches("input, select, textarea, button")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const first = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    const name = !element.closest("svg") && speaks(element) && look(element) + said(element, own);  // axe sees no drawn word
    if (name && !first.has(name)) first.set(name, element);
  }
  const found = [], only = { resultTypes: ["violations"] };
  const all = { ...only, runOnly: { type: "tag", values: tags } };
  found.push(await axe.run(whole ? all : { ...all, rules: { [contrast]: { enabled: false } } }));
  if (!whole && first.size) {
    const include = [...first.values()];
    found.push(await axe.run({ include }, { ...only, runOnly: { type: "rule", values: [contrast] } }));
  }
  return found.flatMap((each) => each.violations).flatMap(
    (rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html}`));
}
