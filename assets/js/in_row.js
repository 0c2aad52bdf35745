// In a list of work an act opens under its row: the part of its page that acts (data-act). It is sent from there, and what
// is wrong with it is shown there. Without this script each act is a page of its own, which leads back to the list.
const FIELDS = "input:not([type=hidden]), select, textarea";

function load(place, verb, url, values) {
  place.dataset.from = url;
  return window.htmx.ajax(verb, url, { target: place, swap: "innerHTML", select: "[data-act]", values }).then(() => {
    if (!place.firstElementChild) return window.location.assign(url);
    (place.querySelector(".govuk-error-summary") ?? place.querySelector(FIELDS) ?? place).focus();
  });
}

function close(place, link) {
  place.replaceChildren();
  delete place.dataset.from;
  link?.focus();
}

function openInRow(event) {
  const link = event.target.closest?.("a[data-open]");
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  if (!link || !plain || !window.htmx) return;
  const place = link.closest("[data-work]").querySelector("[data-work-act]");
  const address = new URL(link.href);
  address.searchParams.set("next", window.location.pathname + window.location.search);
  event.preventDefault();
  const url = address.pathname + address.search;
  if (place.dataset.from === url) close(place, link);
  else load(place, "GET", url);
}

function sendFromRow(event) {
  const place = event.target.closest?.("[data-work-act]");
  if (!place || !window.htmx || event.defaultPrevented) return;
  event.preventDefault();
  const action = event.submitter?.getAttribute("formaction") ?? event.target.getAttribute("action") ?? place.dataset.from;
  load(place, "POST", action, new FormData(event.target, event.submitter));
}

// A refusal (403, 404) or no answer is no part of a page: say so, and lead to the page itself.
function sayItFailed(event) {
  const place = event.target.closest?.("[data-work-act]");
  if (!place?.dataset.from) return;
  const words = document.createElement("p");
  words.className = "govuk-error-message";
  words.textContent = "This could not be done here. ";
  const link = document.createElement("a");
  link.className = "govuk-link";
  link.href = place.dataset.from;
  link.textContent = "Open it in full";
  words.append(link);
  place.replaceChildren(words);
}

document.addEventListener("click", openInRow);
document.addEventListener("submit", sendFromRow);
for (const name of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(name, sayItFailed);
document.addEventListener("keydown", (event) => {
  const place = event.key === "Escape" && event.target.closest?.("[data-work-act]");
  if (place) close(place, place.closest("[data-work]").querySelector("a"));
});
