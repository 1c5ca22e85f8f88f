"use strict";

// The secret of the link is in the fragment, which no server and no log ever sees; it is sent in
// the bodies of three requests to this very server, and kept nowhere. All text from outside is
// put into the page as text, never as markup.

const secret = location.hash.slice(1);
const providers = new Map(); // name of the wallet, provider; by the wallet's own id
const state = { provider: null, address: "", prepared: null, errand: null, ended: false };

const byId = (id) => document.getElementById(id);
const LOOKED_FOR_MS = 500;

// What a person cannot see and what turns the direction of a text; two joiners of emoji and of
// some scripts are left, which do neither.
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const MOMENT = /<t:(\d{1,13})(?::[a-zA-Z])?>/g; // how Discord writes one

// ---- Putting text into the page

function element(tag, text = "", className = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/** Show a text to the letter; what could not be seen is named. */
function putExactly(place, text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    parts.push(text.slice(end, found.index));
    const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    const sign = element("span", `U+${code}`, "hidden-sign");
    sign.title = "A character that cannot be seen";
    parts.push(sign);
    end = found.index + found[0].length;
  }
  place.replaceChildren(...parts, text.slice(end));
}

/** Show a text of ours, with its moments in the reader's own time. */
function putWords(place, text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(MOMENT)) {
    parts.push(text.slice(end, found.index), timeOf(Number(found[1]), localTime));
    end = found.index + found[0].length;
  }
  place.replaceChildren(...parts, text.slice(end));
}

function localTime(date) {
  return new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" }).format(date);
}

function utcTime(date) {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function timeOf(seconds, write) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return element("span", String(seconds));
  const time = element("time", write(date));
  time.dateTime = date.toISOString();
  return time;
}

// ---- Where the person is

function showOnly(...ids) {
  for (const id of ["connect", "walletless", "read", "done"]) byId(id).hidden = !ids.includes(id);
}

function step(name) {
  byId("steps").hidden = false;
  let past = true;
  for (const each of byId("steps").children) {
    const isNow = each.dataset.step === name;
    if (isNow) past = false;
    each.classList.toggle("past", past);
    if (isNow) each.setAttribute("aria-current", "step");
    else each.removeAttribute("aria-current");
    each.querySelector(".state").textContent = past ? "(done)" : isNow ? "(now)" : "";
  }
}

function say(text) {
  byId("status").textContent = text;
}

function warn(title, text) {
  say("");
  const words = element("p");
  putWords(words, text);
  byId("alert").replaceChildren(element("strong", title), words);
  byId("alert").hidden = false;
  byId("alert").scrollIntoView({ block: "nearest" });
}

function calm() {
  byId("alert").hidden = true;
  byId("alert").replaceChildren();
}

/** The link opens nothing, or nothing more: say so on a page of its own. */
function end(title, text) {
  state.ended = true;
  showOnly();
  byId("steps").hidden = true;
  byId("about").hidden = true;
  byId("lead").hidden = true;
  document.title = `${title} · Assent`;
  byId("title").textContent = title;
  warn("What to do", text);
  byId("title").focus();
}

// ---- Asking the server

class Trouble extends Error {
  constructor(problem, title, text) {
    super(text);
    Object.assign(this, { problem, title });
  }
}

async function ask(what, fields) {
  let response;
  try {
    response = await fetch(`api/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ secret, ...fields }),
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    throw new Trouble("offline", "The server cannot be reached", "Look whether you are online, then try again. Nothing was changed.");
  }
  let answer = {};
  try {
    answer = await response.json();
  } catch {
    answer = {};
  }
  if (response.ok) return answer;
  throw new Trouble(
    answer.problem ?? "unknown error",
    answer.title ?? "Something went wrong on our side",
    answer.text ?? "Please try again in a minute. If it stays so, tell a moderator of your server.",
  );
}

/** Run what a button is for; whatever goes wrong is said, and the button can be pressed again. */
async function doing(button, words, work) {
  calm();
  say(words);
  if (button) button.disabled = true;
  try {
    await work();
  } catch (error) {
    failed(error);
  } finally {
    if (button) button.disabled = false;
  }
}

function failed(error) {
  if (error instanceof Trouble) {
    if (["used", "expired", "unknown"].includes(error.problem)) end(error.title, error.message);
    else warn(error.title, error.message);
    return;
  }
  const [title, text] = walletsWords(error);
  warn(title, text);
}

function walletsWords(error) {
  const code = error?.code ?? error?.data?.originalError?.code;
  if (code === 4001 || code === "ACTION_REJECTED") {
    return ["You said no in your wallet", "Nothing was signed. You can try again whenever you like."];
  }
  if (code === -32002) {
    return ["Your wallet is waiting for you", "It has a question open already. Open the wallet, answer it there, then try again."];
  }
  if (code === 4100) {
    return ["Your wallet does not allow this account", "Allow it in the wallet for this page, or connect another account."];
  }
  if (code === 4200 || code === -32601) {
    return ["Your wallet cannot do this", "It does not sign messages of this kind. Try with another wallet."];
  }
  if (code === 4900 || code === 4901) {
    return ["Your wallet is offline", "Open it, see that it is connected, then try again."];
  }
  const own = typeof error?.message === "string" ? error.message.slice(0, 200) : "";
  return ["Your wallet could not do it", own ? `It says: ${own}` : "It does not say why. Try again, or with another wallet."];
}

// ---- Step 1: the wallets in this browser (EIP-6963, else EIP-1193's one)

function found(detail) {
  const info = detail?.info;
  if (info && typeof detail.provider?.request === "function") {
    const name = String(info.name || "a wallet").slice(0, 40);
    providers.set(String(info.uuid), { name, provider: detail.provider });
  }
  if (state.errand && !state.provider && !state.ended) offerWallets();
}

function choices() {
  if (providers.size) return [...providers.values()];
  const only = window.ethereum;
  return typeof only?.request === "function" ? [{ name: "", provider: only }] : [];
}

function offerWallets() {
  const buttons = choices().map(({ name, provider }) => {
    const button = element("button", "", "main");
    button.type = "button";
    putExactly(button, name ? `Connect ${name}` : "Connect your wallet");
    button.addEventListener("click", () => connect(button, provider));
    return button;
  });
  byId("wallets").replaceChildren(...buttons);
  showOnly(buttons.length ? "connect" : "walletless");
  step("connect");
}

function lookForWallets() {
  window.dispatchEvent(new Event("eip6963:requestProvider"));
}

async function connect(button, provider) {
  await doing(button, "Your wallet asks you now. Answer there.", async () => {
    const accounts = await provider.request({ method: "eth_requestAccounts" });
    if (!Array.isArray(accounts) || !accounts.length) {
      throw new Trouble("no account", "Your wallet showed no account", "Choose one in the wallet, then connect again.");
    }
    watch(provider);
    await prepare(provider, String(accounts[0]));
  });
}

const watched = new WeakSet();

/** When the account is changed in the wallet, what was prepared is of the wrong one. */
function watch(provider) {
  if (watched.has(provider) || typeof provider.on !== "function") return;
  watched.add(provider);
  provider.on("accountsChanged", (accounts) => {
    const isOther = String(accounts?.[0] ?? "").toLowerCase() !== state.address.toLowerCase();
    if (!state.ended && provider === state.provider && isOther) {
      startAgain();
      warn("The account was changed in your wallet", "Connect again, and you are shown what that account would sign.");
    }
  });
}

function startAgain() {
  Object.assign(state, { provider: null, address: "", prepared: null });
  offerWallets();
}

// ---- Step 2: what is signed, made readable from the very text that is signed

async function prepare(provider, address) {
  say("Making what you are to sign …");
  const prepared = await ask("prepare", { address });
  Object.assign(state, { provider, address: prepared.address, prepared });
  byId("account").textContent = prepared.address;
  putExactly(byId("raw"), prepared.text);
  byId("letter").hidden = prepared.method === "personal_sign"; // it is shown to the letter anyway
  byId("shown").replaceChildren(readable(prepared));
  byId("facts").replaceChildren(...(state.errand.facts ?? []).map(beside));
  byId("facts").hidden = !byId("facts").children.length;
  showOnly("read");
  step("read");
  say("");
  byId("read-title").tabIndex = -1;
  byId("read-title").focus();
}

function readable(prepared) {
  if (prepared.method === "personal_sign") return textBox(prepared.text, "The message that you sign");
  const { message } = JSON.parse(prepared.text);
  const list = element("dl");
  const names = Object.keys(message);
  const known = Object.keys(NAMES).filter((name) => names.includes(name));
  const others = names.filter((name) => !known.includes(name));
  for (const name of [...known, ...others]) list.append(fact(name, message[name]));
  return list;
}

// In the words of people, for the fields of Snapshot's messages, in the order in which they matter.
const NAMES = {
  title: "Title",
  body: "Text",
  choices: "Choices",
  type: "How it is voted",
  start: "Voting opens",
  end: "Voting ends",
  space: "Snapshot space",
  from: "Signed by",
  alias: "May post in your name",
  proposal: "Proposal",
  discussion: "Discussion",
  snapshot: "Voting power is counted at block",
  privacy: "Privacy",
  labels: "Labels",
  plugins: "Plugins",
  app: "Made with",
  timestamp: "Made at",
};
const MEANS = {
  "single-choice": "everybody picks one choice",
  approval: "everybody picks as many as they like",
  "ranked-choice": "everybody puts the choices in an order",
  copeland: "everybody puts the choices in an order",
  quadratic: "everybody spreads their voting power, and small holders count more",
  weighted: "everybody spreads their voting power",
  basic: "for, against or abstain",
};
const MOMENTS = new Set(["timestamp", "start", "end"]);
const NOTHING = "(nothing)";

/** Show what stands beside the message: what it changes, or takes away. */
function beside({ name, text }) {
  const whole = element("div", "", "fact");
  const shown = element("dd");
  whole.append(element("dt", name), shown);
  shown.dir = "auto";
  if (text.includes("\n")) shown.append(textBox(text, name));
  else putExactly(shown, text || NOTHING);
  return whole;
}

function fact(name, value) {
  const whole = element("div", "", "fact");
  const shown = element("dd");
  whole.append(element("dt", NAMES[name] ?? name), shown);
  if (MOMENTS.has(name) && Number.isInteger(value)) {
    shown.append(timeOf(value, localTime), timeOf(value, utcTime));
  } else if (Array.isArray(value)) {
    shown.append(listOf(value));
  } else if (name === "body") {
    shown.append(textBox(String(value), "The text of the proposal"));
  } else {
    if (name === "title") shown.className = "large";
    shown.dir = "auto";
    putExactly(shown, String(value) || NOTHING);
    if (name === "type" && Object.hasOwn(MEANS, value)) shown.append(` (${MEANS[value]})`);
  }
  return whole;
}

function listOf(values) {
  if (!values.length) return element("span", NOTHING);
  const list = element("ol");
  for (const value of values) {
    const item = element("li");
    item.dir = "auto";
    putExactly(item, String(value));
    list.append(item);
  }
  return list;
}

function textBox(text, name) {
  const box = element("div", "", "text");
  box.dir = "auto";
  box.tabIndex = 0; // so that it can be scrolled with the keyboard
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", name);
  putExactly(box, text || NOTHING);
  return box;
}

// ---- Steps 3 and 4

async function sign() {
  const button = byId("sign");
  step("sign");
  await doing(button, "Your wallet shows it to you now. Read it there, and sign.", async () => {
    const { method, text, address } = state.prepared;
    const params = method === "personal_sign" ? [asHex(text), address] : [address, text];
    const signature = await state.provider.request({ method, params });
    say("Handing your signature over …");
    const done = await ask("finish", { address, signature: String(signature) });
    finish(done);
  });
  if (!state.ended) step("read");
}

function asHex(text) {
  const bytes = new TextEncoder().encode(text);
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function finish(done) {
  state.ended = true;
  history.replaceState(null, "", location.pathname); // the link is used: nobody needs it any more
  document.title = `${done.title} · Assent`;
  byId("title").textContent = done.title;
  byId("lead").hidden = true;
  byId("done-text").textContent = `✓ ${done.text}`;
  byId("next").textContent = done.next;
  showOnly("done");
  step("done");
  say("");
  byId("title").focus();
}

// ---- Opening

async function open() {
  byId("place").textContent = location.host;
  if (!secret) {
    end("This address needs a link from Discord", "Assent gives you one when you run /wallet link, or press “Sign with your wallet” on a proposal’s card.");
    return;
  }
  let errand;
  try {
    errand = await ask("errand", {});
  } catch (error) {
    if (error instanceof Trouble) end(error.title, error.message);
    else throw error;
    return;
  }
  state.errand = errand;
  document.title = `${errand.title} · Assent`;
  byId("title").textContent = errand.title;
  byId("lead").textContent = errand.lead;
  byId("lead").hidden = false;
  byId("sign").textContent = errand.action;
  putExactly(byId("about"), errand.about);
  byId("about").dir = "auto";
  byId("about").hidden = !errand.about;
  byId("until").replaceChildren("This link is yours alone. It works once, until ", timeOf(errand.expires_at, localTime), ".");
  byId("until").hidden = false;
  byId("link").value = location.href;
  lookForWallets();
  if (choices().length) offerWallets();
  else setTimeout(offerWallets, LOOKED_FOR_MS);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("Copied. Paste it into your wallet’s browser.");
  } catch {
    byId("link").focus();
    byId("link").select();
    say("Your browser does not let this page copy. The link is marked: copy it yourself.");
  }
}

window.addEventListener("eip6963:announceProvider", (event) => found(event.detail));
window.addEventListener("ethereum#initialized", () => found(null)); // a wallet that comes late
window.addEventListener("hashchange", () => location.reload());
byId("sign").addEventListener("click", sign);
byId("back").addEventListener("click", () => {
  calm();
  say("");
  startAgain();
});
byId("copy").addEventListener("click", copy);
byId("again").addEventListener("click", () => {
  lookForWallets();
  offerWallets();
});
open();
