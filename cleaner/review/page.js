"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (name) => document.getElementById(name);
  const STEP = 50;

  // The list of all stories: drawn in steps, sorted and searched in the data.
  const list = one("list"), body = list.tBodies[0], more = one("more");
  let order = { column: 4, down: true }, shown = STEP, wanted = "";
  const keys = data.stories.map((row) => `${row[1]}\n${row[0]}\n${row[2]}`.toLowerCase());
  const matching = () => data.stories.map((row, i) => i).filter((i) => !wanted || keys[i].includes(wanted));
  const compare = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null) || 0;
    return typeof a === "number" ? a - b : String(a).localeCompare(String(b));
  };
  const draw = () => {
    const found = matching(), { column, down } = order;
    found.sort((a, b) => {
      const x = data.stories[a][column], y = data.stories[b][column];
      if (x === null || y === null) return compare(x, y);
      return (down ? -1 : 1) * compare(x, y) || a - b;
    });
    body.replaceChildren(...found.slice(0, shown).map((i) => {
      const row = data.stories[i], tr = document.createElement("tr");
      for (const k of [1, 0, 2, 3, 4, 5, 6]) {
        const td = document.createElement("td"), text = document.createElement("bdi");
        text.textContent = row[k] === null ? "" : k === 6 ? row[k].toFixed(2) : String(row[k]);
        if (k > 3) td.className = "n";
        if (k === 0) td.className = "ids";
        td.append(text);
        tr.append(td);
      }
      return tr;
    }));
    more.hidden = found.length <= shown;
    more.textContent = `show more (${found.length - Math.min(shown, found.length)} left)`;
    return found.length;
  };
  more.addEventListener("click", () => { shown += 4 * STEP; draw(); });

  const sortButton = (th, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") ? th.getAttribute("aria-sort") === "ascending" : th.classList.contains("n");
      all("th", th.parentNode).forEach((other) => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      act(down);
    });
  };
  all("th", list).forEach((th) => sortButton(th, (down) => {
    order = { column: Number(th.dataset.column), down };
    draw();
  }));
  all("table.sortable").forEach((table) => all("th", table).forEach((th, k) => sortButton(th, (down) => {
    const value = (tr) => {
      const v = tr.cells[k].dataset.v;
      return v === undefined ? tr.cells[k].textContent : Number(v);
    };
    const rows = [...table.tBodies[0].rows].sort((a, b) => (down ? -1 : 1) * compare(value(a), value(b)));
    table.tBodies[0].append(...rows);
  })));
  all(".tools").forEach((tools) => all("button", tools).forEach((button) => button.addEventListener("click", () => {
    all("button", tools).forEach((other) => other.classList.toggle("on", other === button));
    const box = one(tools.dataset.sorts), key = button.dataset.key;
    const value = (item) => key === "probability" ? Number(item.dataset.probability) : item.dataset[key];
    box.append(...all(".call", box).sort((a, b) => compare(value(a), value(b)) || a.dataset.probability - b.dataset.probability));
  })));

  // Search by title, id and site.
  const search = one("search"), found = one("found");
  search.addEventListener("input", () => {
    wanted = search.value.trim().toLowerCase();
    shown = STEP;
    all("[data-find]").forEach((item) => { item.hidden = Boolean(wanted) && !item.dataset.find.includes(wanted); });
    const count = draw();
    found.textContent = wanted ? `${count} ${count === 1 ? "story" : "stories"}` : "";
  });

  all(".call").forEach((call) => call.addEventListener("toggle", () => {
    const here = call.querySelector(".here");
    if (call.open && here) here.parentNode.scrollTop = here.offsetTop - here.parentNode.offsetTop - 80;
  }));

  // Judgements, and the file that --links and tune read.
  const said = new Map();
  let saved = true;
  const lines = () => [...said.values()].map((label) => JSON.stringify(label) + "\n").join("");
  all(".judge").forEach((group) => {
    const number = Number(group.dataset.pair), [left, right] = data.pairs[number];
    const key = [left, right].sort().join("\n");
    all("button", group).forEach((button) => button.addEventListener("click", () => {
      const same = button.dataset.same === "1", taken = said.has(key) && said.get(key).same === same;
      if (taken) said.delete(key); else said.set(key, { left, right, same });
      saved = said.size === 0;
      all(".judge").forEach((other) => {
        if ([...data.pairs[Number(other.dataset.pair)]].sort().join("\n") !== key) return;
        all("button", other).forEach((b) => b.setAttribute("aria-pressed", String(!taken && b.dataset.same === button.dataset.same)));
      });
      one("save").hidden = said.size === 0;
      one("count").textContent = said.size === 1 ? "1 judgement" : `${said.size} judgements`;
    }));
  });
  one("download").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines()], { type: "application/x-ndjson" }));
    link.download = "labels.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    saved = true;
  });
  addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
  addEventListener("beforeprint", () => all(".story,.missed").forEach((item) => { item.open = true; }));
  draw();
})();
