/** The list of studies: search in what it says, and order by any column. */

/**
 * Whether a text holds all words.
 *
 * @param {string} text in lower case
 * @param {string} words
 */
export function holdsAll(text, words) {
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** @param {HTMLTableElement} table @param {HTMLInputElement} search */
function start(table, search) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = rows.map((row) => (row.textContent ?? '').toLowerCase());
  const count = document.getElementById('count');
  const find = () => {
    let n = 0;
    rows.forEach((row, i) => {
      row.hidden = !holdsAll(texts[i], search.value);
      n += Number(!row.hidden);
    });
    if (count)
      count.textContent = n === rows.length ? `${n} studies` : `${n} of ${rows.length} studies`;
  };
  search.hidden = false;
  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter')
      [...body.rows]
        .find((row) => !row.hidden)
        ?.querySelector('a')
        ?.click();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target === search) return;
    event.preventDefault();
    search.focus();
  });
  orderByHeads(table);
  find();
}

/** A head is a button that orders by its column, and the other way round. @param {HTMLTableElement} table */
function orderByHeads(table) {
  const body = table.tBodies[0];
  const heads = [...(table.tHead?.rows[0].cells ?? [])];
  heads.forEach((head, k) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const ascends = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', ascends ? 'ascending' : 'descending');
      const keys = new Map([...body.rows].map((row) => [row, keyOf(row.cells[k])]));
      const sorted = [...body.rows].sort((a, b) => compare(keys.get(a), keys.get(b), ascends));
      body.append(...sorted);
    });
  });
}

/** @param {HTMLTableCellElement} cell @returns {string | number} */
function keyOf(cell) {
  const { sort } = cell.dataset;
  if (sort === undefined) return (cell.textContent ?? '').trim();
  return sort === '' ? '' : Number(sort);
}

/** What is empty comes last either way. @param {any} a @param {any} b @param {boolean} ascends */
export function compare(a, b, ascends) {
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  const way = typeof a === 'number' ? a - b : a.localeCompare(b, undefined, { numeric: true });
  return ascends ? way : -way;
}

if (typeof document !== 'undefined') {
  const table = document.getElementById('studies');
  const search = document.getElementById('search');
  if (table instanceof HTMLTableElement && search instanceof HTMLInputElement)
    start(table, search);
}
