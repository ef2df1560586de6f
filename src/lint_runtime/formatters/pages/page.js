"use strict";
(() => {
  // Without this script the page is complete; with it the tables can be sorted and filtered, and details fold out.
  const order = new Intl.Collator("en", { numeric: true });
  const textOf = (cell) => cell.textContent.trim();
  const many = (count) => count.toLocaleString("en");

  function button(element, name) {
    const made = document.createElement("button");
    made.type = "button";
    if (name) made.textContent = name;
    else made.append(...element.childNodes);
    element?.append(made);
    return made;
  }

  function makeSortable(table, keyOf, arrange) {
    const headers = [...table.tHead.querySelectorAll("th")];
    for (const header of headers) {
      button(header).addEventListener("click", () => {
        const ascending = header.getAttribute("aria-sort") !== "ascending";
        for (const other of headers) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const sign = ascending ? 1 : -1;
        arrange((one, other) => sign * order.compare(keyOf(one, header.cellIndex), keyOf(other, header.cellIndex)));
      });
    }
    headers[0].setAttribute("aria-sort", "ascending");
  }

  function sortOnly(table) {
    const keyOf = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;
    makeSortable(table, keyOf, (compare) => table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare)));
  }

  // A spreadsheet would run a cell that starts with one of these as a formula.
  const field = (text) => `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

  function makeFilterable(table, tools) {
    const [find, active, shown, reset, go, csv, none, printed] = [
      "find", "active", "shown", "reset", "go", "csv", "none", "filter",
    ].map((id) => document.getElementById(id));
    const chunk = 50;
    const rowsOf = (name) => [...(document.querySelector(`.${name} tbody`)?.rows ?? [])];
    const [todo, teams] = [rowsOf("todo"), rowsOf("teams")];
    const firstOf = (cell) => textOf(cell.firstElementChild ?? cell);
    // The image, status, destination and command identify a step.
    const stepNames = todo.map((row) => [1, 2, 4, 5].map((column) => firstOf(row.cells[column])).join(" "));
    const imageOf = new Map(todo.map((row, index) => [stepNames[index], firstOf(row.cells[1])]));
    const teamNames = teams.map((row) => textOf(row.cells[0]));
    const dayOf = (row) => row.cells[3].querySelector("time")?.textContent ?? "";
    const filters = { find: "", status: "", team: "", step: "", new: "" };
    const toggles = [];

    function toggle(element, kind, value) {
      const made = button(element);
      made.addEventListener("click", (event) => {
        event.stopPropagation();
        set(kind, filters[kind] === value ? "" : value);
      });
      toggles.push({ made, kind, value, row: element.closest("tr") });
    }
    const rowFilter = (row, kind, value) => {
      toggle(row.cells[0], kind, value);
      row.addEventListener("click", (event) => {
        if (!event.target.closest("a, button") && !String(getSelection())) row.querySelector("button").click();
      });
    };
    todo.forEach((row, index) => rowFilter(row, "step", stepNames[index]));
    teams.forEach((row, index) => rowFilter(row, "team", teamNames[index]));
    const statusWords = new Map();
    for (const card of document.querySelectorAll("[data-filter=status]")) {
      statusWords.set(card.classList[0], card.querySelector("b").textContent);
      toggle(card, "status", card.classList[0]);
    }
    for (const mark of document.querySelectorAll("b[data-filter=new]")) toggle(mark, "new", "new");

    const wordsFor = {
      find: (text) => `search ${text}`,
      status: (name) => `status ${statusWords.get(name) ?? name}`,
      team: (name) => `team ${name}`,
      step: (name) => `image ${imageOf.get(name) ?? name}`,
      new: () => "new",
    };

    let entries = [...table.tBodies].flatMap((body) => [...body.rows]).map((row) => {
      const link = row.lastElementChild.firstElementChild;
      const pill = row.cells[0].firstElementChild;
      const fold = button(null, link.textContent);
      const entry = {
        row,
        status: row.className,
        step: stepNames[row.dataset.s] ?? "",
        team: teamNames[row.dataset.t] ?? table.dataset.team,
        new: row.cells[0].querySelector("em") ? "new" : "",
        details: document.getElementById(link.hash.slice(1)),
        more: null,
      };
      fold.setAttribute("aria-expanded", "false");
      fold.addEventListener("click", () => {
        if (entry.more) entry.more.remove();
        entry.more = entry.more ? null : unfold(entry);
        fold.setAttribute("aria-expanded", String(entry.more !== null));
      });
      button(pill).addEventListener("click", () => set("status", filters.status === entry.status ? "" : entry.status));
      link.replaceWith(fold);
      return entry;
    });

    function unfold({ row, details }) {
      const more = document.createElement("tr");
      const cell = more.insertCell();
      more.className = "more";
      cell.colSpan = row.cells.length;
      cell.append(...details.cloneNode(true).childNodes);
      cell.querySelector("h3").remove();
      row.after(more);
      return more;
    }

    function matches(entry, wanted, without) {
      for (const kind of ["status", "team", "step", "new"]) {
        if (kind !== without && filters[kind] && filters[kind] !== entry[kind]) return false;
      }
      if (wanted.length) entry.text ??= `${entry.row.textContent} ${entry.details.textContent}`.toLowerCase();
      return wanted.every((word) => entry.text.includes(word));
    }

    let fitting = entries;
    function arrange() {
      const wanted = filters.find.toLowerCase().split(" ").filter(Boolean);
      fitting = entries.filter((entry) => matches(entry, wanted));
      const bodies = [];
      for (let start = 0; start < fitting.length; start += chunk) {
        const body = document.createElement("tbody");
        for (const { row, more } of fitting.slice(start, start + chunk)) body.append(row, ...(more ? [more] : []));
        bodies.push(body);
      }
      for (const body of [...table.tBodies]) body.remove();
      table.append(...bodies);
      none.hidden = fitting.length > 0;
      shown.textContent = `${many(fitting.length)} of ${many(entries.length)} rows`;

      // The other filters apply to what to do, and to the teams that have to do it.
      const files = new Map();
      const busy = new Set();
      for (const entry of entries) {
        if (matches(entry, wanted, "step")) {
          if (!files.has(entry.step)) files.set(entry.step, new Set());
          files.get(entry.step).add(entry.row.cells[1].querySelector("code").textContent);
        }
        if (matches(entry, wanted, "team")) busy.add(entry.team);
      }
      const counts = new Map(todo.map((row, index) => [row, files.get(stepNames[index])?.size ?? 0]));
      for (const [row, count] of [...counts].sort(([, one], [, other]) => other - one)) {
        row.hidden = count === 0;
        row.querySelector("button").textContent = many(count);
        row.parentNode.append(row);
      }
      for (const row of teams) row.hidden = !busy.has(textOf(row.cells[0]));
      for (const { made, kind, value, row } of toggles) {
        made.setAttribute("aria-pressed", String(filters[kind] === value));
        row?.classList.toggle("on", filters[kind] === value);
      }

      const given = Object.entries(filters).filter(([, value]) => value);
      const described = given.map(([kind, value]) => [kind, wordsFor[kind](value)]);
      active.replaceChildren(
        ...described.filter(([kind]) => kind !== "find").map(([kind, text]) => {
          const item = document.createElement("li");
          const remove = button(item, text);
          remove.title = "Remove this filter";
          remove.addEventListener("click", () => {
            set(kind, "");
            find.focus();
          });
          return item;
        }),
      );
      document.documentElement.classList.toggle("filtered", given.length > 0);
      reset.hidden = printed.hidden = given.length === 0;
      printed.textContent = `Filter: ${described.map(([, text]) => text).join(", ")} (${shown.textContent})`;
    }

    function set(kind, value) {
      filters[kind] = value;
      arrange();
      const given = Object.entries(filters).filter(([, text]) => text);
      history.replaceState(null, "", `#${new URLSearchParams(given)}`);
    }
    function recall() {
      // "#table" is a place and no filter.
      if (!location.hash || location.hash.includes("=")) {
        const given = new URLSearchParams(location.hash.slice(1));
        for (const kind of Object.keys(filters)) filters[kind] = given.get(kind) ?? "";
        find.value = filters.find;
      }
      arrange();
    }

    function save() {
      const lines = [["File", "Line", "Team", "Image", "Status", "Since or until", "Destination", "Command", "Findings"]];
      for (const { row, step, team, details } of fitting) {
        const path = row.cells[1].querySelector("code");
        const how = todo[stepNames.indexOf(step)]?.cells;
        lines.push([
          textOf(path),
          path.nextSibling.data.match(/\d+/)[0],
          team,
          row.cells[2].firstElementChild?.textContent ?? "",
          textOf(row.cells[0].firstElementChild),
          dayOf(row),
          how ? textOf(how[4]) : "",
          how ? textOf(how[5]) : "",
          [...details.querySelectorAll(".finding p > code")].map(textOf).join(", "),
        ]);
      }
      const text = lines.map((cells) => cells.map(field).join(",")).join("\r\n");
      const link = document.createElement("a");
      // The mark makes spreadsheets read UTF-8.
      link.href = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv" }));
      link.download = "images.csv";
      link.click();
      URL.revokeObjectURL(link.href);
    }

    find.addEventListener("input", () => set("find", find.value));
    reset.addEventListener("click", () => {
      for (const kind of Object.keys(filters)) filters[kind] = "";
      find.value = "";
      set("find", "");
      find.focus();
    });
    go.addEventListener("click", () => document.getElementById("table").scrollIntoView());
    csv.addEventListener("click", save);
    addEventListener("hashchange", recall);
    const severity = new Map(entries.map(({ row }, index) => [row, String(index)]));
    const keyOf = (row, column) => {
      if (column === 0) return severity.get(row);
      return (column === 3 ? dayOf(row) : textOf(row.cells[column])) || "\uffff";
    };
    makeSortable(table, keyOf, (compare) => {
      entries.sort((one, other) => compare(one.row, other.row));
      arrange();
    });
    tools.hidden = false;
    recall();
  }

  document.documentElement.classList.add("js");
  const tools = document.querySelector("[role=search]");
  const images = document.querySelector(".images");
  const table = document.querySelector("table");
  if (tools) makeFilterable(images, tools);
  else if (table) sortOnly(table);
})();
