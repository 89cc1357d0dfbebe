"use strict";
// Pages are read without this file. With it changes are sent (as JSON, which no other site's form can), keys act as
// buttons do, and times are the reader's own.

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

function keys() {
  const list = document.getElementById("keys");
  if (list && !list.open) list.showModal();
}

function press(element) {
  const fold = element.closest("details");
  if (element.tagName === "SUMMARY" && fold) {
    fold.open = true;
    fold.querySelector("textarea, select, input:not([type=hidden])").focus();
  } else {
    element.focus();
    if (element.tagName === "A") element.click(); // a decision still needs Enter: no letter alone approves
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j" || event.key === "k") return step(event.key === "j" ? 1 : -1);
  if (event.key === "?") {
    event.preventDefault();
    return keys();
  }
  const line = document.activeElement.closest("[data-rows] li");
  const own = line && line.querySelector(`[data-row-key="${CSS.escape(event.key)}"]`);
  if (own) return own.focus();
  const element = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (element) {
    event.preventDefault();
    press(element);
  }
});

// --- live pages: the server says that something changed, and the page reads itself again ---

const token = () => document.querySelector("input[name=csrf]").value;
const busy = (part) => part.contains(document.activeElement) && typing(document.activeElement);
const written = (part) => [...part.querySelectorAll("textarea")].some((field) => field.value.trim() !== field.defaultValue.trim());

function tell(words) {
  const told = document.getElementById("told");
  if (!told) return;
  told.textContent = words;
  told.hidden = !words;
}

function append(fresh) {
  const list = document.getElementById("transcript");
  const incoming = fresh.getElementById("transcript");
  if (!list || !incoming) return;
  const frame = list.parentElement;
  const atEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 80;
  for (const entry of [...incoming.children]) {
    if (!document.getElementById(entry.id)) {
      localTimes(entry);
      list.append(entry);
    }
  }
  for (const old of list.querySelectorAll(".seen")) old.remove();
  const seen = incoming.querySelector(".seen") || fresh.querySelector(".seen");
  const line = seen && document.getElementById(seen.dataset.of);
  if (line) line.append(seen);
  if (atEnd) frame.scrollTop = frame.scrollHeight;
}

// `forced` parts are replaced although something stands in their fields: it was just sent.
function show(text, forced) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (!other) continue;
    const keeps = part.contains(forced) ? false : busy(part) || written(part);
    if (!keeps) {
      localTimes(other);
      const opened = [...part.querySelectorAll("details")].map((fold) => fold.open && !fold.contains(forced));
      [...other.querySelectorAll("details")].forEach((fold, place) => { fold.open = opened[place] || false; });
      part.replaceWith(other);
    }
  }
  append(fresh);
  const told = fresh.getElementById("told") || fresh.querySelector("[role=alert]");
  if (forced) tell(told ? told.textContent.trim() : "");
}

let reading = false;
let again = false;
async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected && new URL(answer.url).pathname === "/login") location.assign("/login");
    else if (answer.ok) show(await answer.text());
  } catch {
    // the next piece of news or the reconnection asks again
  } finally {
    reading = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function live() {
  const watched = document.querySelector("[data-events]");
  if (!watched) return;
  const news = new EventSource(watched.dataset.events);
  let known = false;
  news.addEventListener("open", () => {
    if (known) refresh(); // something may have happened while the connection was gone
    known = true;
  });
  news.addEventListener("changed", refresh);
  news.addEventListener("typing", (event) => {
    const line = document.getElementById("typing");
    if (line) line.hidden = event.data !== "true";
  });
  window.addEventListener("pagehide", () => news.close());
  const frame = document.getElementById("messages");
  if (frame) frame.scrollTop = frame.scrollHeight;
  setInterval(clocks, 15000);
}

function clocks() {
  for (const clock of document.querySelectorAll("[data-due]")) {
    const minutes = Math.floor((new Date(clock.dataset.due) - Date.now()) / 60000);
    const whole = Math.abs(minutes < 0 ? minutes + 1 : minutes);
    const span = whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h`;
    clock.textContent = minutes < 0 ? `late ${span}` : `${span} left`;
    clock.classList.toggle("late", minutes < 0);
    clock.classList.toggle("soon", minutes >= 0 && minutes < 5);
  }
}

async function quick(element, request) {
  if (element.dataset.sent) return;
  element.dataset.sent = "yes";
  try {
    const answer = await request();
    const text = await answer.text();
    if (answer.ok || answer.status === 409 || answer.status === 422) show(text, element);
    else tell("That did not work. Reload the page and try again.");
    const field = document.querySelector("#reply textarea");
    if (field) field.focus();
  } catch {
    tell("The service cannot be reached. What you wrote is still here: try again.");
  } finally {
    delete element.dataset.sent;
  }
}

// --- changes: the fields of a form as JSON, with the session's token as a header ---

function post(address, fields) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": fields.csrf || "", Accept: "text/html" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(fields) });
}

// Sends a form and goes where the answer leads; what could not be done is shown in place of the page's main part.
async function send(form, fields) {
  if (form.dataset.sent) return; // a double click is one decision
  form.dataset.sent = "yes";
  try {
    const answer = await post(form.action, fields);
    if (answer.redirected) return location.assign(answer.url);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    localTimes(fresh);
    document.title = fresh.title;
    document.querySelector("main").replaceWith(fresh.querySelector("main"));
    if (window.htmx) window.htmx.process(document.querySelector("main"));
    const told = document.querySelector("main [role=alert], main h1");
    if (told) told.scrollIntoView();
  } catch {
    delete form.dataset.sent;
    alertIn(form, "The service cannot be reached. Nothing was changed: try again.");
  }
}

function alertIn(form, words) {
  const line = form.querySelector("[role=alert]") || form.appendChild(document.createElement("p"));
  line.setAttribute("role", "alert");
  line.className = "told";
  line.textContent = words;
}

const fieldsOf = (form, button) => Object.fromEntries(new FormData(form, button));

let wasTyping = 0;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-typing]");
  if (!form || Date.now() - wasTyping < 3000) return;
  wasTyping = Date.now();
  post(form.dataset.typing, { csrf: token(), on: "yes" }).catch(() => {});
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-plain")) return;
  event.preventDefault();
  const fields = fieldsOf(form, event.submitter);
  if (form.hasAttribute("data-quick")) quick(form, () => post(form.action, fields));
  else send(form, fields);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) return keys();
  if (event.target.closest("[data-keys-close]")) return document.getElementById("keys").close();
  const link = event.target.closest("a[data-quick]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  quick(link, () => fetch(link.href));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) event.target.form.requestSubmit();
});

document.addEventListener("change", (event) => {
  if (event.target.hasAttribute("data-submit")) event.target.form.requestSubmit();
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("DOMContentLoaded", () => {
  localTimes(document);
  live();
  const onwards = document.querySelector("a[data-follow]");
  if (onwards) location.replace(onwards.href);
});
