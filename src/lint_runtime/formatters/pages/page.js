"use strict";
(() => {
  // Without this script the page is complete; with it the table can be sorted and filtered.
  const order = new Intl.Collator("en", { numeric: true });
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key ?? cell.textContent;
  };

  function sort(table, header) {
    const ascending = header.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const sign = ascending ? 1 : -1;
    const keyed = [...table.tBodies[0].rows].map((row) => [keyOf(row, header.cellIndex), row]);
    keyed.sort(([one], [other]) => sign * order.compare(one, other));
    const sorted = document.createDocumentFragment();
    for (const [, row] of keyed) sorted.append(row);
    table.tBodies[0].append(sorted);
  }

  function makeSortable(table) {
    for (const header of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sort(table, header));
      header.append(button);
    }
    table.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");
  }

  function makeFilterable(table, tools) {
    const [find, standing, reset] = tools.querySelectorAll("input, select, button");
    const told = tools.querySelector("[role=status]");
    const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLowerCase()]);

    function filter() {
      const words = find.value.toLowerCase().split(" ").filter(Boolean);
      let shown = 0;
      for (const [row, text] of rows) {
        const fits = words.every((word) => text.includes(word));
        row.hidden = !fits || (standing.value !== "" && row.className !== standing.value);
        shown += row.hidden ? 0 : 1;
      }
      told.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
    }

    tools.addEventListener("input", filter);
    reset.addEventListener("click", () => {
      find.value = "";
      standing.value = "";
      filter();
      find.focus();
    });
    tools.hidden = false;
    filter();
  }

  document.documentElement.classList.add("js");
  for (const table of document.querySelectorAll("table")) makeSortable(table);
  const tools = document.querySelector("[role=search]");
  if (tools) makeFilterable(document.querySelector("table"), tools);
})();
