// Start the components a page has. Every page works without this file.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
  isSupported,
} from "govuk-frontend";
import { startDrafts } from "./drafts.js";
import { startLeaving } from "./leave.js";
import { startPasskeys } from "./passkey.js";
import { startStaying } from "./stay.js";
import { startWhen } from "./when.js";
import "./in_row.js";
import "./rows.js";
import "./tick_all.js";

const PARTS = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
];

function start(scope) {
  startWhen(scope);
  startDrafts(scope);
  if (!isSupported()) return;
  for (const Part of PARTS) {
    for (const element of scope.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
      if (element.hasAttribute(`data-${Part.moduleName}-init`)) continue;
      try {
        new Part(element);
      } catch (problem) {
        console.error(problem);
      }
    }
  }
}

start(document);
startLeaving();
startPasskeys();
startStaying();
// What htmx brings into the page is started too.
document.addEventListener("htmx:load", (event) => start(event.detail.elt));

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
