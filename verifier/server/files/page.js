"use strict";

// As one types, the text is sent and what comes back is shown: nothing is decided here.

const PAUSE = 250; // milliseconds without a key before the text is sent
const KEPT = "elbo-verify text";

const at = (id) => document.getElementById(id);
const [form, text, example, kind, status, offers, report] =
  ["page", "text", "example", "kind", "status", "offers", "report"].map(at);
const tab = crypto.randomUUID();
let timer, asked;

const later = () => {
  clearTimeout(timer);
  timer = setTimeout(judge, PAUSE);
};

async function judge() {
  clearTimeout(timer);
  asked?.abort();
  const mine = (asked = new AbortController());
  form.classList.add("waiting");
  if (!report.childElementCount) status.textContent = "Judging …";
  try {
    const answer = await fetch("judge", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: text.value, example: example.value, kind: kind.value, tab }),
      signal: mine.signal,
    });
    if (answer.status === 409) return; // a later text was sent meanwhile
    if (!answer.ok) throw new Error(await answer.text());
    show(await answer.json());
  } catch (error) {
    if (error.name === "AbortError") return;
    status.dataset.verdict = "error";
    status.textContent = `The server doesn't answer (${error.message}).`;
  }
  if (mine === asked) form.classList.remove("waiting");
}

function show(found) {
  const open = [...report.querySelectorAll("details")].map((one) => one.open);
  status.dataset.verdict = found.verdict;
  status.textContent = found.status;
  report.innerHTML = found.html; // made by the server, which escapes all that was typed
  report.querySelectorAll("details").forEach((one, place) => (one.open = open[place] ?? false));
  offers.replaceChildren(...found.offers.map(offer));
  for (const button of form.querySelectorAll("[formaction]")) button.disabled = !found.sheet;
}

function offer({ said, text: whole }) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = said;
  button.addEventListener("click", () => {
    text.focus();
    text.select();
    // So that it can be undone, where the browser has that still.
    if (!document.execCommand("insertText", false, whole)) text.value = whole;
    judge();
  });
  return button;
}

// To a place in the text: selected, and scrolled to.
function go(place) {
  const [line, column, endLine, endColumn] = place.split(" ").map(Number);
  const lines = text.value.split("\n");
  const offset = (row, from) => {
    const letters = [...(lines[row - 1] ?? "")];
    const before = lines.slice(0, row - 1).reduce((sum, each) => sum + each.length + 1, 0);
    return before + letters.slice(0, from - 1).join("").length;
  };
  text.focus();
  text.setSelectionRange(offset(line, column), offset(endLine, endColumn));
  const height = text.scrollHeight / lines.length;
  text.scrollTop = Math.max(0, (line - 1) * height - text.clientHeight / 3);
}

async function load() {
  const answer = await fetch(`examples/${example.value}`);
  text.value = await answer.text();
  text.setSelectionRange(0, 0);
  kind.value = "derivation";
  await judge();
}

report.addEventListener("click", (event) => {
  const place = event.target.closest("[data-place]")?.dataset.place;
  if (place === undefined) return;
  event.preventDefault();
  go(place);
});
text.addEventListener("input", later);
kind.addEventListener("change", judge);
example.addEventListener("change", load);
addEventListener("pagehide", () => {
  sessionStorage.setItem(KEPT, JSON.stringify([example.value, kind.value, text.value]));
});

(async () => {
  const names = await (await fetch("examples")).json();
  example.replaceChildren(...names.map((name) => new Option(name)));
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept === null) return load();
  [example.value, kind.value, text.value] = kept;
  return judge();
})();
