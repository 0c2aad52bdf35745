// Find and move without the mouse: / goes to the search in the header; in a list of rows, j and k or the arrows go up and
// down. Enter opens, since it is a link that is reached. Whoever's own tools use these keys can turn them off, for good.
const OFF = "keys-off";
const list = document.querySelector("[data-rows]");
const find = document.querySelector("[data-find]");
const search = find?.querySelector("[type=search]");
const found = find?.querySelector("[aria-live]");
const turn = document.querySelector("[data-keys]");

function links() {
  return [...list.querySelectorAll("tr > th a, [data-row]")];
}

function go(step) {
  const all = links();
  const here = all.findIndex((link) => link.closest("tr, li").contains(document.activeElement));
  all[Math.max(0, Math.min(all.length - 1, here + step))]?.focus();
}

function isTyping(target) {
  return target.matches("input, select, textarea, [contenteditable]");
}

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

function press(event) {
  if (localStorage.getItem(OFF) || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const inList = list?.contains(event.target);
  if (event.key === "/" && search) search.focus();
  else if (list && event.key === "j" && !inList) links()[0]?.focus();
  else if (inList && event.key in STEPS) go(STEPS[event.key]);
  else return;
  event.preventDefault();
}

function say() {
  turn.textContent = localStorage.getItem(OFF) ? "Turn keyboard shortcuts on" : "Turn keyboard shortcuts off";
}

// The people found while one types: the arrows go through them, Escape closes them and so does going elsewhere.
function goThroughFound(event) {
  const links = [search, ...found.querySelectorAll("a")];
  const here = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    found.replaceChildren();
    search.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    links[Math.max(0, Math.min(links.length - 1, here + step))]?.focus();
  } else return;
  event.preventDefault();
}

document.addEventListener("keydown", press);
if (find) {
  find.addEventListener("keydown", goThroughFound);
  document.addEventListener("click", (event) => find.contains(event.target) || found.replaceChildren());
  find.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !find.contains(event.relatedTarget)) found.replaceChildren();
  });
}

if (turn) {
  turn.addEventListener("click", () => {
    if (localStorage.getItem(OFF)) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
    say();
  });
  turn.closest("[hidden]").hidden = false;
  say();
}
