// Two minutes before someone is signed out for being away: say so, and offer to stay. Typing counts as being here.
const WARN = 120_000; // milliseconds before the end
const PING = 60_000; // milliseconds between two tellings that someone types
const STEP = 20; // seconds between two figures in the last minute

function inWords(left) {
  const seconds = Math.ceil(left / 1000 / STEP) * STEP;
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

export function startStaying() {
  const dialog = document.querySelector("dialog[data-stay]");
  if (!dialog || !dialog.showModal) return;
  const form = dialog.querySelector("[data-stay-form]");
  const figure = dialog.querySelector("[data-stay-left]");
  const problem = dialog.querySelector("[data-stay-problem]");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("stay") : null;
  let told = Date.now();
  let end, warn, final;
  let put = false; // put away, where the end cannot be put off

  function set(said) {
    ({ end, final } = said);
    warn = Math.min(WARN, Math.max(0, end - Date.now()) / 2);
    if (dialog.open) dialog.close();
  }

  function over() {
    const here = window.location.pathname + window.location.search;
    window.location.replace(`${dialog.dataset.over}&next=${encodeURIComponent(here)}`);
  }

  function show() {
    for (const part of dialog.querySelectorAll("[data-stay-usual]")) part.hidden = final;
    for (const part of dialog.querySelectorAll("[data-stay-final]")) part.hidden = !final;
    dialog.setAttribute("aria-labelledby", dialog.querySelector("h2:not([hidden])").id);
    problem.hidden = true;
    dialog.showModal();
  }

  function look() {
    const left = end - Date.now();
    if (left <= 0) return over();
    if (left <= warn && !dialog.open && !put) show();
    const words = inWords(left);
    if (dialog.open && figure.textContent !== words) figure.textContent = words;
  }

  async function tell() {
    told = Date.now();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.type === "opaqueredirect") throw new Error("signed out");
    if (!answer.ok) throw new Error(String(answer.status));
    const said = await answer.json();
    const kept = { end: told + said.seconds * 1000, final: said.final };
    set(kept);
    tabs?.postMessage(kept);
  }

  async function stay() {
    if (final) {
      put = true;
      return dialog.close();
    }
    try {
      await tell();
    } catch (why) {
      if (why.message === "signed out") return over();
      if (!dialog.open) show();
      problem.hidden = false;
    }
  }

  function typed() {
    if (Date.now() - told >= PING) tell().catch(() => {}); // the warning comes all the same
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  dialog.addEventListener("cancel", stay); // Esc: someone is here; the third one leaves the page (leave.js)
  for (const name of ["input", "change", "htmx:afterRequest"]) document.addEventListener(name, typed);
  tabs?.addEventListener("message", (event) => set(event.data));
  set({ end: told + Number(dialog.dataset.stay) * 1000, final: dialog.dataset.final === "yes" });
  tabs?.postMessage({ end, final });
  window.setInterval(look, 1000);
}
