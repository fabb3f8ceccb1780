/** Where keys lead in a grid (WAI-ARIA), and columns that are dragged by their heads. */

/**
 * The cell that a key leads to; null = it leads nowhere.
 *
 * @param {{ key: string, ctrlKey: boolean }} event
 * @param {{ place: number, column: number }} at place of the row among those shown; -1 = the head
 * @param {{ page: number, last: number, end: number }} size rows of a page, last row and column
 * @returns {{ place: number, column: number } | null}
 */
export function stepOf({ key, ctrlKey }, { place, column }, { page, last, end }) {
  /** @type {Record<string, [number, number]>} */
  const steps = {
    ArrowDown: [place + 1, column],
    ArrowUp: [place - 1, column],
    PageDown: [place + page, column],
    PageUp: [place < 0 ? -1 : Math.max(place - page, 0), column],
    ArrowRight: [place, column + 1],
    ArrowLeft: [place, column - 1],
    Home: ctrlKey ? [0, 0] : [place, 0],
    End: ctrlKey ? [last, end] : [place, end],
  };
  if (!Object.hasOwn(steps, key)) return null;
  const [to, over] = steps[key];
  return {
    place: Math.min(Math.max(to, -1), last),
    column: Math.min(Math.max(over, 0), end),
  };
}

/** @param {HTMLElement} head @param {(from: number, to: number) => void} move columns by their place */
export function onColumnDrag(head, move) {
  let from = -1;
  const columnAt = (/** @type {Event} */ event) => {
    const cell = /** @type {HTMLElement} */ (event.target).closest?.('[data-column]');
    return cell ? Number(cell.getAttribute('aria-colindex')) - 1 : -1;
  };
  head.addEventListener('dragstart', (event) => {
    from = columnAt(event);
  });
  head.addEventListener('dragover', (event) => event.preventDefault());
  head.addEventListener('drop', (event) => {
    event.preventDefault();
    const to = columnAt(event);
    if (from >= 0 && to >= 0 && from !== to) move(from, to);
  });
}
