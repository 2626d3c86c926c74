"use strict";
const fitting = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const fits = target.scrollWidth <= target.clientWidth + 1;
    target.classList.toggle("fits", fits);
    target.tabIndex = fits ? -1 : 0;
  }
});
const contents = document.querySelector("nav details");
if (contents && matchMedia("(max-width:74.99rem)").matches) contents.open = false;
for (const box of document.querySelectorAll(".scroll,.drawing")) fitting.observe(box);
for (const table of document.querySelectorAll(".table table")) {
  const box = table.parentElement;
  const bodies = [...table.tBodies].filter((b) => !b.classList.contains("total"));
  const rows = bodies.flatMap((b) => [...b.rows].filter((r) => !r.classList.contains("group")));
  if (rows.length > 2) sortable(table, bodies);
  if (rows.length > 15) filterable(table, box, rows);
}

function sortable(table, bodies) {
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, i) => {
    const cell = row.cells[i];
    const text = cell ? cell.dataset.sort ?? cell.textContent.trim() : "";
    return text === "" || isNaN(text) ? text : Number(text);
  };
  const compare = (a, b) =>
    typeof a !== typeof b ? (a === Number(a) ? 1 : -1) : a === Number(a) ? a - b : a.localeCompare(b);
  heads.forEach((head, i) => {
    const drawn = bodies[0].querySelector(`tr:not(.group)>:nth-child(${i + 1}) svg`);
    if (drawn && !drawn.parentElement.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("right") ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((h) => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      for (const body of bodies) {
        const rows = [...body.rows].filter((r) => !r.classList.contains("group"));
        rows.sort((a, b) => sign * compare(value(a, i), value(b, i)));
        body.append(...rows);
      }
    });
  });
}

function filterable(table, box, rows) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  input.type = "search";
  label.className = "filter";
  label.append("Filter rows ", input, count);
  box.before(label);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += !row.hidden;
    }
    count.textContent = input.value ? ` ${shown} of ${rows.length} rows` : "";
  });
}
