"use strict";

const status = document.getElementById("status");
let hideStatus = 0;

function say(text, isBad = false) {
  status.textContent = text;
  status.className = isBad ? "shown bad" : "shown";
  clearTimeout(hideStatus);
  hideStatus = setTimeout(() => { status.className = ""; }, isBad ? 8000 : 2500);
}

// Parts marked data-live are fetched again with their page; what a person has opened or focused
// stays so.
const seen = new Map();
const live = [...document.querySelectorAll("[data-live]")];
live.forEach((part) => seen.set(part.id, part.innerHTML));

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of live) {
    const content = fresh.getElementById(part.id)?.innerHTML;
    if (content === undefined || content === seen.get(part.id)) continue;
    seen.set(part.id, content);
    replace(part, content);
  }
}

function replace(part, content) {
  const open = [...part.querySelectorAll("details[open][id]")].map((each) => each.id);
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = content;
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (focused) document.getElementById(focused)?.focus();
}

const pace = Math.min(...live.map((part) => Number(part.dataset.live)).filter((pause) => pause > 0));
if (Number.isFinite(pace)) {
  const tick = async () => {
    if (!document.hidden) await refresh().catch(() => {});
    setTimeout(tick, pace);
  };
  setTimeout(tick, pace);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh().catch(() => {});
  });
}

async function change(url, method, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const told = text.startsWith("{") ? JSON.parse(text) : {};
  if (!answer.ok) throw new Error(told.error || `The console answered ${answer.status}.`);
  return told;
}

function outcome(told) {
  if (told.moved === undefined) return "Done";
  const stay = told.stay ? `, ${told.stay} stay because nobody knows where they came from` : "";
  return `${told.moved} sent back${stay}`;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.copy !== undefined) {
    await navigator.clipboard.writeText(button.dataset.copy);
    say("Copied");
  } else if (button.dataset.method) {
    if (button.dataset.confirm && !confirm(button.dataset.confirm)) return;
    button.disabled = true;
    try {
      say(outcome(await change(button.dataset.url, button.dataset.method)));
    } catch (error) {
      say(error.message, true);
    }
    button.disabled = false;
    await refresh();
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-json]");
  if (!form) return;
  event.preventDefault();
  const wish = {};
  for (const field of form.elements) {
    if (field.name) wish[field.name] = "number" in field.dataset ? number(field.value) : field.value;
  }
  try {
    await change(form.dataset.json, "POST", wish);
    say("Set");
  } catch (error) {
    say(error.message, true);
  }
  await refresh();
});

function number(text) {
  return text === "" ? null : Number(text);
}
