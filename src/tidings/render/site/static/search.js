/* Search the archive without a server: the index is the plain script beside this one, MiniSearch finds, this folds and shows.
   Folding and tokens mirror text/fold.py and text/terms.py; a test holds them against each other in a browser. */
"use strict";
(function () {
  const data = window.TIDINGS_INDEX;
  const FOUND_MAX = 40, STATEMENTS_MAX = 3;
  const letters = new Map(Object.entries(data.fold.letters));
  const digits = new Map(Object.entries(data.fold.digits));
  const marks = new RegExp(data.fold.marks, "g");
  const HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u3040-\\u30ff";
  const LETTERS = `(?:(?![${HAN}])[\\p{L}\\p{Nl}\\p{No}])+`;
  const TOKEN = new RegExp(`\\d[\\d.,]*\\d|\\d|[${HAN}]+|${LETTERS}(?:'${LETTERS})?`, "gu");
  const IS_HAN = new RegExp(`^[${HAN}]`, "u");
  const SEPARATORS = /[.,](?=\d{3}(?:\D|$))/g;
  const ARABIC_PREFIX = /^(?:[وف])?(?:ال|بال|كال|لل|[بلك](?=\p{L}{4}))(?=\p{L}{3})/u;

  const swap = (text, table) => Array.from(text, (sign) => (table.has(sign) ? table.get(sign) : sign)).join("");

  function fold(text) {
    if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase().replace(/`/g, "'");
    text = swap(swap(text, letters).normalize("NFKC"), letters).toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ");
    text = text.normalize("NFD").replace(marks, "").normalize("NFC");
    return swap(swap(text, letters), digits).replace(/`/g, "'");
  }

  function tokens(text) {
    const found = [];
    for (const token of fold(text).match(TOKEN) || []) {
      if (/^\d/.test(token)) found.push(token.replace(SEPARATORS, ""));
      else if (IS_HAN.test(token)) for (let i = 0; i < Math.max(1, token.length - 1); i += 1) found.push(token.slice(i, i + 2));
      else found.push(token);
    }
    return found;
  }

  /* What a text is found by: its tokens, Arabic words without article and particle too, and the last character of a run of Han. */
  function indexed(text) {
    const found = tokens(text);
    for (const token of found.slice()) {
      const bare = token.replace(ARABIC_PREFIX, "");
      if (bare !== token) found.push(bare);
      if (token.includes("'")) found.push(...token.split("'").filter((part) => part.length > 1));
      if (IS_HAN.test(token) && token.length > 1) found.push(token.slice(1));
    }
    return found;
  }

  /* What is asked for: without the article and particle, without what an apostrophe sets apart (İdlib'de, l'Union). */
  const longest = (token) => token.split("'").reduce((best, part) => (part.length > best.length ? part : best), "");
  const asked = (text) => tokens(text).map((token) => longest(token).replace(ARABIC_PREFIX, ""));
  const isHan = (term) => IS_HAN.test(term);
  const options = {
    fields: ["headline", "statement", "publisher"],
    tokenize: indexed,
    processTerm: (term) => term,
    searchOptions: {
      tokenize: asked,
      processTerm: (term) => term,
      combineWith: "AND",
      prefix: (term) => term.length > 1 || isHan(term),
      fuzzy: (term) => (term.length > 4 && !isHan(term) && !/^\d/.test(term) ? 0.2 : false),
      boost: { headline: 2 },
    },
  };

  let engine = null;
  function index() {
    if (engine === null) {
      engine = new MiniSearch(options);
      engine.addAll(data.developments.map((one, id) => ({ id, headline: data.stories[one[0]][1], statement: one[2], publisher: one[4] })));
    }
    return engine;
  }

  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) if (value) made.setAttribute(key, value);
    return made;
  }

  function entry(story, hits) {
    const [id, headline, language] = data.stories[story];
    const item = element("li");
    const title = element("h2", "", { class: "title", dir: "auto", lang: language });
    title.append(element("a", headline, { href: `stories/${id}.html` }));
    item.append(title);
    for (const hit of hits.slice(0, STATEMENTS_MAX)) {
      const [, development, statement, lang, publisher, day] = data.developments[hit];
      if (statement) {
        const quote = element("blockquote", "", { class: "words", dir: "auto", lang });
        quote.append(element("a", statement, { href: `stories/${id}.html#d-${development}` }));
        item.append(quote);
      }
      const source = element("p", "", { class: "source" });
      source.append(element("bdi", publisher), ` · ${day}`);
      item.append(source);
    }
    if (hits.length > STATEMENTS_MAX) item.append(element("p", `and ${hits.length - STATEMENTS_MAX} more`, { class: "quiet" }));
    return item;
  }

  function search(text) {
    const count = document.getElementById("count"), list = document.getElementById("found");
    list.replaceChildren();
    if (tokens(text).length === 0) {
      count.textContent = "";
      return;
    }
    let hits = index().search(text), note = "";
    if (hits.length === 0) {
      hits = index().search(text, { combineWith: "OR" });
      note = hits.length ? "Nothing holds all these words; some of them: " : "";
    }
    const stories = new Map();
    for (const hit of hits) {
      const story = data.developments[hit.id][0];
      if (!stories.has(story)) stories.set(story, []);
      stories.get(story).push(hit.id);
    }
    const many = (n, one, more) => `${n} ${n === 1 ? one : more}`;
    const shown = stories.size > FOUND_MAX ? `; the first ${FOUND_MAX} are shown` : "";
    count.textContent = hits.length
      ? `${note}${many(hits.length, "development", "developments")} in ${many(stories.size, "story", "stories")}${shown}`
      : "Nothing found";
    for (const [story, members] of Array.from(stories).slice(0, FOUND_MAX)) list.append(entry(story, members));
  }

  window.tidings = { fold, tokens };
  const form = document.getElementById("search"), words = document.getElementById("words");
  let waiting = 0;
  form.addEventListener("submit", (event) => { event.preventDefault(); search(words.value); });
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => search(words.value), 120); });
  words.addEventListener("focus", index, { once: true });
  document.getElementById("without").remove();
  form.hidden = false;
  const given = new URLSearchParams(location.hash.slice(1)).get("q");
  if (given) { words.value = given; search(given); }
})();
