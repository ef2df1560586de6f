"use strict";
(() => {
  // Without this script the page is complete; with it the table can be sorted, filtered and grouped.
  const order = new Intl.Collator("en", { numeric: true });
  const keyOf = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent;

  function makeSortable(table, arrange) {
    const headers = [...table.tHead.rows[0].cells];
    for (const header of headers) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => {
        const ascending = header.getAttribute("aria-sort") !== "ascending";
        for (const other of headers) other.removeAttribute("aria-sort");
        header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        const sign = ascending ? 1 : -1;
        arrange((one, other) => sign * order.compare(keyOf(one, header.cellIndex), keyOf(other, header.cellIndex)));
      });
      header.append(button);
    }
    headers[0].setAttribute("aria-sort", "ascending");
  }

  function sortOnly(table) {
    makeSortable(table, (compare) => table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare)));
  }

  const directoryOf = (path) => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

  function commonDirectory(directories) {
    const parts = (directories[0] ?? "").split("/");
    let count = parts.length;
    for (const directory of directories) {
      const others = directory.split("/");
      while (count && others.slice(0, count).join("/") !== parts.slice(0, count).join("/")) count -= 1;
    }
    return count;
  }

  function makeFilterable(table, tools) {
    const [find, status, group, fold, reset] = tools.querySelectorAll("input, select, button");
    const shown = tools.querySelector("[role=status]");
    const none = document.getElementById("none");
    const body = table.tBodies[0];
    let entries = [...body.rows].map((row) => ({
      row,
      text: row.textContent.toLowerCase(),
      directory: directoryOf(row.querySelector("th code").textContent),
    }));
    const depth = commonDirectory(entries.map((entry) => entry.directory));
    const nameOf = {
      "": () => "",
      top: (entry) => entry.directory.split("/").slice(0, depth + 1).join("/") || ".",
      directory: (entry) => entry.directory || ".",
    };
    // From so many groups on, they start collapsed.
    const many = 30;
    let opened = new Map();

    function heading(name, members) {
      const header = document.createElement("tr");
      const cell = document.createElement("th");
      const button = document.createElement("button");
      const counts = new Map();
      for (const { row } of members) {
        const word = row.cells[0].textContent;
        counts.set(word, (counts.get(word) ?? 0) + 1);
      }
      const summary = [...counts].map(([word, count]) => `${count.toLocaleString("en")} ${word}`).join(", ");
      const code = document.createElement("code");
      code.textContent = name;
      header.className = "group";
      cell.colSpan = table.tHead.rows[0].cells.length;
      cell.scope = "rowgroup";
      button.type = "button";
      button.setAttribute("aria-expanded", String(opened.get(name)));
      button.append(code, ` ${summary}`);
      button.addEventListener("click", () => {
        opened.set(name, !opened.get(name));
        button.setAttribute("aria-expanded", String(opened.get(name)));
        for (const { row } of members) row.hidden = !opened.get(name);
        nameFold();
      });
      cell.append(button);
      header.append(cell);
      return header;
    }

    const anyOpen = () => [...opened.values()].includes(true);
    function nameFold() {
      fold.textContent = anyOpen() ? "Collapse all" : "Expand all";
    }

    function arrange() {
      const words = find.value.toLowerCase().split(" ").filter(Boolean);
      const fitting = entries.filter(
        ({ row, text }) =>
          words.every((word) => text.includes(word)) && (!status.value || row.className === status.value),
      );
      const groups = new Map();
      for (const entry of fitting) {
        const name = nameOf[group.value](entry);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(entry);
      }
      const open = groups.size < many;
      opened = new Map([...groups.keys()].map((name) => [name, opened.get(name) ?? open]));
      const rows = document.createDocumentFragment();
      for (const [name, members] of groups) {
        if (group.value) rows.append(heading(name, members));
        for (const { row } of members) {
          row.hidden = group.value !== "" && !opened.get(name);
          rows.append(row);
        }
      }
      // What does not fit stays, for paper.
      const kept = new Set(fitting);
      for (const entry of entries) {
        if (kept.has(entry)) continue;
        entry.row.hidden = true;
        rows.append(entry.row);
      }
      body.replaceChildren(rows);
      fold.hidden = group.value === "";
      nameFold();
      none.hidden = fitting.length > 0;
      shown.textContent = `${fitting.length.toLocaleString("en")} of ${entries.length.toLocaleString("en")} shown`;
    }

    const fields = { find, status, group };
    function remember() {
      const given = Object.entries(fields).filter(([, field]) => field.value);
      const fragment = new URLSearchParams(given.map(([name, field]) => [name, field.value]));
      history.replaceState(null, "", `#${fragment}`);
    }
    function recall() {
      // "#table" is a place and no filter.
      if (location.hash && !location.hash.includes("=")) return;
      const given = new URLSearchParams(location.hash.slice(1));
      for (const [name, field] of Object.entries(fields)) {
        field.value = given.get(name) ?? "";
        if (field.selectedIndex === -1) field.selectedIndex = 0;
      }
      arrange();
    }
    function change() {
      arrange();
      remember();
    }

    tools.addEventListener("input", (event) => {
      if (event.target === group) opened = new Map();
      change();
    });
    fold.addEventListener("click", () => {
      const open = !anyOpen();
      for (const name of opened.keys()) opened.set(name, open);
      arrange();
    });
    reset.addEventListener("click", () => {
      for (const field of Object.values(fields)) field.value = "";
      change();
      find.focus();
    });
    addEventListener("hashchange", recall);
    makeSortable(table, (compare) => {
      entries.sort((one, other) => compare(one.row, other.row));
      arrange();
    });
    tools.hidden = false;
    arrange();
    recall();
  }

  document.documentElement.classList.add("js");
  const tools = document.querySelector("[role=search]");
  const table = document.querySelector("table");
  if (tools) makeFilterable(table, tools);
  else if (table) sortOnly(table);
})();
