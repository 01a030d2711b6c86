// The page of `elbo serve`. What the user has stands in the address, #item,item or #item:rating,item:rating, so that
// reload, Back and sharing work by themselves; all that is shown follows from it.

const { about, access, found, heading, list, main, message, more, news, refusal, search, shelf, token, yours } =
  Object.fromEntries([...document.querySelectorAll("[id]")].map(element => [element.id, element]));
const titles = new Map();
let model, levels; // What the server has, and the ratings that one can give.
let unknown = [];
let k = 10;

/** An element with children. A title is always a text, and so never markup. */
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const say = text => (message.textContent = text);
const name = item => titles.get(item) ?? item;
const remember = entries => entries.forEach(({ item, title }) => title && titles.set(item, title));
const digits = { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
const written = (number, signDisplay) => number.toLocaleString("en", { ...digits, signDisplay }).replace("-", "−");

// The server

async function pause(milliseconds, signal) {
  await new Promise(go => setTimeout(go, milliseconds));
  signal?.throwIfAborted();
}

/** What the server answers. Waits for a token, and while the server is busy or away; throws what it says is wrong. */
async function ask(path, signal, body) {
  for (let seconds = 1; ; seconds = Math.min(2 * seconds, 30)) {
    const bearer = sessionStorage.token;
    const headers = { "Content-Type": "application/json", ...(bearer && { Authorization: `Bearer ${bearer}` }) };
    const slow = setTimeout(say, 1000, "Waiting for the server …");
    let response, answer;
    try {
      response = await fetch(path, { method: body ? "POST" : "GET", body: JSON.stringify(body), headers, signal });
      answer = await response.json();
    } catch {
      signal?.throwIfAborted();
    } finally {
      clearTimeout(slow);
    }
    say("");
    if (response?.ok && answer) return answer;
    const { status } = response ?? {};
    const error = answer?.error ?? (status ? `The server answered ${status}.` : "The server does not answer.");
    if (status === 401) {
      await otherToken(bearer, error);
    } else if ([undefined, 200, 429, 503].includes(status)) {
      say(`${error} Trying again …`);
      await pause(1000 * (response?.headers.get("Retry-After") || seconds), signal);
    } else {
      throw new Error(error);
    }
  }
}

let given;

/** Asks the user for another token than one that the server refused; all requests wait for the same. */
async function otherToken(refused, error) {
  if (sessionStorage.token !== refused) return;
  refusal.textContent = error;
  main.hidden = !(access.hidden = false);
  token.focus();
  await (given ??= new Promise(go => (access.onsubmit = go)));
  given = undefined;
  access.hidden = !(main.hidden = false);
  search.focus();
}

access.addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.token = token.value;
  access.reset();
});

/** Work of which only the latest counts: each call aborts the one before, whose answer is dropped. */
function latest(work) {
  let running = new AbortController();
  return async (...args) => {
    running.abort();
    const { signal } = (running = new AbortController());
    await work(signal, ...args).catch(error => signal.aborted || say(error.message));
  };
}

// What the user has

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The user's items, each with its rating if the model reads ratings. */
function history() {
  const parts = location.hash.slice(1).split(",").filter(Boolean).map(part => part.split(":").map(decoded));
  const given = rating => levels.find(level => level === Number(rating)) ?? levels.at(-1);
  return new Map(parts.map(([item, rating]) => [item, given(rating)]));
}

/** Writes them into the address; `hashchange` does the rest. */
function keep(items) {
  const parts = [...items].map(([item, rating]) => (levels.length ? [item, rating] : [item]));
  location.hash = parts.map(part => part.map(encodeURIComponent).join(":")).join(",");
}

const rate = (item, rating) => keep(history().set(item, rating));
const add = item => history().has(item) || rate(item, levels.at(-1));
const remove = item => keep([...history()].filter(([other]) => other !== item));

/** The user, as requests have it. */
function user() {
  const items = history();
  return { items: [...items.keys()], ...(levels.length && { ratings: [...items.values()] }) };
}

// What is shown

const button = (className, label, item, onclick, textContent = label) =>
  make("button", { type: "button", className, textContent, ariaLabel: `${label} ${name(item)}`, onclick });

function row(item, notes, ...children) {
  const small = make("small", {}, notes.filter(Boolean).join(" · "));
  const made = make("li", {}, make("span", { className: "title" }, name(item), small), ...children);
  made.dataset.item = item;
  return made;
}

const id = item => titles.has(item) && item;

/** Replaces the rows of a list. Those that stay glide to their places; the focus stays at its own. */
function replace(list, rows) {
  const before = [...list.children];
  const tops = new Map(before.map(row => [row.dataset.item, row.offsetTop]));
  const control = document.activeElement.className;
  const at = before.findIndex(row => row.contains(document.activeElement));
  list.replaceChildren(...rows);
  if (at >= 0) (rows.at(Math.min(at, rows.length - 1))?.querySelector(`.${control}`) ?? search).focus();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const row of rows) {
    const by = tops.get(row.dataset.item) - row.offsetTop;
    row.animate(isNaN(by) ? { opacity: [0, 1] } : { translate: [`0 ${by}px`, "0"] }, { duration: 250, easing: "ease" });
  }
}

function showHistory() {
  const rows = [...history()].map(([item, rating]) => {
    const options = levels.map(level => new Option(level, level, false, level === rating));
    const onchange = ({ target }) => rate(item, target.value);
    const select = make("select", { className: "rating", ariaLabel: `Rating of ${name(item)}`, onchange }, ...options);
    return row(item, [unknown.includes(item) && "not known to the model"],
      ...(levels.length ? [select] : []), button("remove", "Remove", item, () => remove(item), "×"));
  });
  replace(yours, rows);
  shelf.hidden = rows.length === 0;
}

/** Shows what can be added: recommendations with their scores, or items to begin with. */
function showItems(title, items) {
  remember(items);
  heading.textContent = title;
  const scores = levels.length ? levels : items.map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  replace(list, items.map(({ item, score }) => {
    const adding = button("add", "Add", item, () => add(item));
    if (score === undefined) return row(item, [id(item)], adding);
    const made = row(item, [id(item), written(score)], button("why", "Why", item, () => unfold(item)), adding);
    made.style.setProperty("--share", high > low ? 0.03 + (0.97 * (score - low)) / (high - low) : 1);
    return made;
  }));
  unfold();
}

const show = latest(async signal => {
  const has = user();
  showHistory();
  list.ariaBusy = true;
  try {
    if (has.items.length === 0) {
      more.hidden = true;
      const { items } = await ask("items?q=&limit=8", signal);
      return showItems(items.length ? "To begin with" : "Search for something to begin with", items);
    }
    const { items, unknown: strangers = [] } = await ask("recommend", signal, { ...has, k });
    showItems(items.length ? "Recommended" : "Nothing to recommend", items);
    more.hidden = items.length < k || k >= 100;
    news.textContent = `Recommended: ${items.slice(0, 3).map(({ item }) => name(item)).join("; ") || "nothing"}`;
    unknown = strangers;
    const nameless = model.titles && has.items.some(item => !titles.has(item) && !unknown.includes(item));
    if (nameless && items.length) {
      // They came with the address. Their titles stand in the reasons of any item.
      remember((await ask("reasons", signal, { ...has, item: items[0].item })).reasons);
    }
    if (nameless || unknown.length) showHistory();
  } finally {
    if (!signal.aborted) list.ariaBusy = false;
  }
});

more.onclick = () => {
  k += 10;
  show();
};

// Why

const panel = make("div", { className: "panel", id: "panel" });
let opened; // The item whose reasons are shown.

/** Opens an item's reasons, or closes them; with none, brings those that are open up to date. */
function unfold(item) {
  if (item) {
    opened = opened === item ? undefined : item;
    panel.replaceChildren();
  }
  panel.remove();
  for (const row of list.querySelectorAll(":scope > :has(.why)")) {
    const open = row.dataset.item === opened;
    row.querySelector(".why").ariaExpanded = open;
    if (open) row.append(panel);
  }
  if (panel.isConnected) explain(opened);
}

const explain = latest(async (signal, item) => {
  const [{ reasons }, similar] = await Promise.all([
    ask("reasons", signal, { ...user(), item }),
    ask("similar", signal, { item, k: 6 }).catch(() => ({ items: [] })), // Not every model knows.
  ]);
  remember([...reasons, ...similar.items]);
  const size = ({ difference }) => Math.abs(difference);
  const largest = reasons.toSorted((a, b) => size(b) - size(a)).slice(0, 6);
  const bars = largest.map(reason => {
    const difference = make("small", {}, written(reason.difference, "exceptZero"));
    const bar = make("li", { className: reason.difference < 0 ? "against" : "" }, name(reason.item), difference);
    bar.style.setProperty("--share", size(reason) / size(largest[0]) || 0);
    return bar;
  });
  const chips = similar.items.map(({ item }) => item).filter(item => !history().has(item))
    .map(item => button("add", "Add", item, () => add(item), name(item)));
  panel.replaceChildren(make("p", {}, "What its score would lose without each of yours"), make("ul", {}, ...bars));
  if (chips.length) panel.append(make("p", {}, "Similar to it"), make("div", { className: "chips" }, ...chips));
});

// Search: a combobox whose first option is chosen unless the user chooses another

let early; // What was asked for when Enter came before the answer.

const options = () => [...found.querySelectorAll("[data-item]")];
const chosen = () => found.querySelector("[aria-selected=true]");

function choose(option) {
  for (const other of options()) other.ariaSelected = other === option;
  option?.scrollIntoView({ block: "nearest" });
  search.setAttribute("aria-activedescendant", option?.id ?? "");
}

function open(isOpen) {
  found.hidden = !isOpen;
  search.ariaExpanded = isOpen;
  choose(isOpen ? options()[0] : undefined);
}

function take(option) {
  search.value = "";
  find();
  add(option.dataset.item);
}

const find = latest(async signal => {
  const q = search.value.trim();
  if (!q) return open(false);
  await pause(120, signal);
  const { items } = await ask(`items?limit=10&q=${encodeURIComponent(q)}`, signal);
  remember(items);
  found.replaceChildren(...items.map(({ item }, n) => {
    const option = row(item, [id(item), history().has(item) && "yours"]);
    return Object.assign(option, { id: `found-${n}`, role: "option", onclick: () => take(option) });
  }));
  const nothing = make("li", { role: "option", ariaDisabled: true }, `Nothing begins with “${q}”`);
  if (items.length === 0) found.append(nothing);
  found.dataset.q = q;
  open(document.activeElement === search);
  if (early === q && chosen()) take(chosen());
});

search.oninput = find;
search.onfocus = find;
search.onblur = () => open(false);
found.onpointerdown = event => event.preventDefault(); // The focus stays in the field.

search.onkeydown = event => {
  const all = options();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const q = search.value.trim();
  early = undefined;
  if (event.isComposing || (!step && event.key !== "Enter" && event.key !== "Escape")) return;
  event.preventDefault();
  if (event.key === "Escape") {
    if (found.hidden) search.value = "";
    open(false);
  } else if (found.hidden || found.dataset.q !== q) {
    if (!step) early = q;
    find();
  } else if (step && all.length) {
    choose(all.at((all.indexOf(chosen()) + step) % all.length));
  } else if (chosen()) {
    take(chosen());
  }
};

addEventListener("keydown", event => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (key !== "/" || ctrlKey || metaKey || altKey || target.matches("input, select")) return;
  event.preventDefault();
  search.focus();
});

try {
  model = await ask("model");
  levels = model.readsRatings ? model.ratings : [];
  about.textContent = `${model.name} · ${model.items.toLocaleString("en")} items`;
  search.placeholder = model.titles ? "Search titles" : "Search item ids";
  if (model.sequence) shelf.querySelector("h2").firstChild.data = "Yours, oldest first";
  addEventListener("hashchange", show);
  show();
} catch (error) {
  say(error.message);
}
