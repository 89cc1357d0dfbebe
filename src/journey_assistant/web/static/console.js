"use strict";
// The console works without this file; with it keys act as buttons do, and times are the reader's own.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-rows] a.row")];
  const now = rows.indexOf(document.activeElement);
  const next = rows[Math.min(Math.max(now + by, 0), rows.length - 1)];
  if (next) next.focus();
}

function press(element) {
  const fold = element.closest("details");
  if (element.tagName === "SUMMARY" && fold) {
    fold.open = true;
    fold.querySelector("textarea, input:not([type=hidden])").focus();
  } else {
    element.focus();
    if (element.tagName === "A") element.click(); // a decision still needs Enter: no letter alone approves
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j" || event.key === "k") return step(event.key === "j" ? 1 : -1);
  const element = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (element) {
    event.preventDefault();
    press(element);
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault(); // a double click is one decision
  else if (!form.hasAttribute("hx-post")) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("DOMContentLoaded", () => {
  localTimes(document);
  const onwards = document.querySelector("a[data-follow]");
  if (onwards) location.replace(onwards.href);
});
