// Sorts the tables and filters the students. Without it both are plain tables; nothing is loaded.
"use strict";
(() => {
  const language = document.documentElement.lang;
  const collator = new Intl.Collator(language, { numeric: true });
  const plain = (words) => words.normalize("NFKC").toLocaleLowerCase(language);

  // Sorting: a button in each head; what is no number goes last, in either direction.
  const number = (cell) => parseFloat(cell.dataset.v ?? cell.textContent);
  const order = (rows, column, down) => {
    const sign = down ? -1 : 1;
    const numbers = rows.map((row) => number(row.cells[column]));
    const keyed = rows.map((row, index) => ({ row, key: numbers[index] }));
    if (column === 0 || numbers.every(Number.isNaN)) {
      for (const one of keyed) one.key = one.row.cells[column].textContent.trim();
      return keyed.sort((a, b) => sign * collator.compare(a.key, b.key));
    }
    const last = (key) => (Number.isNaN(key) ? 1 : 0);
    return keyed.sort((a, b) => last(a.key) - last(b.key) || sign * (a.key - b.key) || 0);
  };

  const sort = (table, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    body.append(...order([...body.rows], head.cellIndex, down).map((one) => one.row));
  };

  for (const table of document.querySelectorAll("table[data-sort]")) {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = table.dataset.sort.replace("{column}", head.textContent);
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head));
      head.append(button);
    }
  }

  // Filtering: all three choices at once.
  const tools = document.getElementById("tools");
  const [words, state, mistake, found] = ["words", "state", "mistake", "found"].map((id) =>
    document.getElementById(id),
  );
  const students = [...document.getElementById("students").tBodies[0].rows].map((row) => ({
    row,
    words: plain(row.textContent),
    state: row.cells[row.cells.length - 1].textContent.trim(),
    mistakes: new Set(row.dataset.m.split(" ")),
  }));

  const filter = () => {
    const wanted = plain(words.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of students) {
      const fits =
        (!state.value || one.state === state.value) &&
        (!mistake.value || one.mistakes.has(mistake.value)) &&
        wanted.every((word) => one.words.includes(word));
      if (one.row.hidden === fits) one.row.hidden = !fits;
      count += fits;
    }
    found.textContent = found.dataset.says
      .replace("{found}", count)
      .replace("{all}", students.length);
  };

  for (const control of [words, state, mistake]) control.addEventListener("input", filter);
  for (const button of document.querySelectorAll("button[data-shows]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      mistake.value = button.dataset.shows;
      words.value = state.value = "";
      filter();
      document.getElementById("everybody").scrollIntoView();
      mistake.focus({ preventScroll: true });
    });
  }
  tools.hidden = false;
  filter();
})();
