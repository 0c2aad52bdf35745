// Leave at once: hide what is shown, sign out, and stand on another site in place of this page. Esc three times does the same.
import { forget } from "./drafts.js";

const TIMES = 3;
const WITHIN = 5000; // milliseconds
const LONGEST = 700; // milliseconds that signing out may hold us up

export function startLeaving() {
  const form = document.querySelector("form[data-leave]");
  if (!form) return;
  const status = form.querySelector("[data-leave-status]");
  let presses = [];

  function leave() {
    document.body.hidden = true;
    document.title = " ";
    forget();
    const signedOut = fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" });
    const waited = new Promise((resolve) => setTimeout(resolve, LONGEST));
    const go = () => window.location.replace(form.dataset.leave);
    Promise.race([signedOut, waited]).then(go, go);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    const now = Date.now();
    presses = [...presses.filter((at) => now - at < WITHIN), now];
    const left = TIMES - presses.length;
    if (left <= 0) leave();
    else status.textContent = `Press Esc ${left} more ${left === 1 ? "time" : "times"} to leave this page.`;
  });
  // A page that the browser kept is asked for again, so that it is not there for whoever comes next.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}
