// Never lose a word. What is written into a form that saves drafts goes to the server a moment after a pause. Until the
// server has it, it is on the device too, encrypted with the account's key for this device, which is stored nowhere.
const PAUSE = 1200, AGAIN = 5000; // milliseconds
const STORE = "draft:"; // the name before each entry on the device
const entries = () => Object.keys(localStorage).filter((name) => name.startsWith(STORE));
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const text = (data) => btoa(String.fromCharCode(...new Uint8Array(data)));

export const forget = () => entries().forEach((name) => localStorage.removeItem(name));

async function watch(form) {
  const { draft, draftKey, draftUrl, draftPage } = form.dataset;
  const { _draft_tab: tab } = form.elements;
  const say = form.querySelector("[data-draft-said]");
  const name = () => `${STORE}${draft}:${tab.value}`;
  const key = await crypto.subtle.importKey("raw", bytes(draftKey), "AES-GCM", false, ["encrypt", "decrypt"]);
  const data = () => {
    const all = new FormData(form);
    all.delete("_idempotency_key"); // it is the form's, which is not sent yet
    return all;
  };
  const post = (body) => fetch(draftUrl, { method: "POST", body, redirect: "error" });
  let turn = 0, acknowledged = 0, timer = 0, busy, saved;

  async function encrypt() {
    const mine = ++turn, iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(new URLSearchParams(data()));
    const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, words);
    if (mine === turn && acknowledged < mine) localStorage[name()] = `${text(iv)}.${text(locked)}`;
  }
  async function send() {
    if (busy) return (timer = setTimeout(send, 99));
    const mine = turn;
    timer = 0;
    busy = true;
    try {
      const answer = await post(data());
      if (answer.status === 409) tab.value = crypto.randomUUID(); // it was sent: this is another draft
      if (!answer.ok) throw answer;
      acknowledged = mine;
      if (mine === turn) localStorage.removeItem(name());
      saved = Date.now();
    } catch {
      saved = 0;
      say.textContent = "Not saved yet. Your words are on this device. We try again.";
      timer ||= setTimeout(send, AGAIN);
    }
    busy = false;
  }
  function typed() {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
    encrypt();
  }

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
  });
  addEventListener("pagehide", () => (timer || busy) && navigator.sendBeacon(draftUrl, data()));
  setInterval(() => {
    if (saved) say.textContent = `Saved ${Math.round((Date.now() - saved) / 1000)} s ago`;
  }, 1000);

  // Words of a page that ended before the server had them become a draft, to be put back.
  let found;
  for (const entry of entries()) {
    const [, of, other] = entry.split(":"), stored = localStorage[entry];
    if (of !== draft || other === tab.value) continue;
    try {
      const [iv, locked] = stored.split(".").map(bytes);
      const words = new URLSearchParams(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, locked)));
      for (const field of ["csrfmiddlewaretoken", "_draft"]) words.set(field, form.elements[field].value);
      const answer = await post(words);
      if ((answer.ok || answer.status === 409) && localStorage[entry] === stored) localStorage.removeItem(entry);
      found ||= answer.ok;
    } catch {}
  }
  if (!found) return;
  const page = new DOMParser().parseFromString(await (await fetch(draftPage)).text(), "text/html");
  form.parentElement.querySelector("[data-draft-offers]")?.replaceWith(page.querySelector("[data-draft-offers]"));
}

export function startDrafts(scope) {
  const sent = /draft_sent=([\w-]+)/.exec(document.cookie)?.[1];
  for (const name of entries()) if (sent && name.endsWith(sent)) localStorage.removeItem(name);
  if (!window.crypto?.subtle) return;
  for (const form of scope.querySelectorAll("form[data-draft]:not([data-draft-on])")) {
    form.dataset.draftOn = "";
    form.elements._draft_for_later.hidden = true;
    watch(form);
  }
}
