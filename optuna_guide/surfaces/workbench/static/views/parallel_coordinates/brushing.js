/** Brushes on an axis: draw one more range, move or resize one, take one away. */

import { atEnd } from '../../chart/scales.js';
import { joined } from '../../compute/bands.js';
import { columnOf } from '../../state/selection.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {import('../../state/selection.js').Brush} Brush
 * @typedef {[number, number]} Span  heights from 0 to 1, the lower one first
 */

const CLICK = 3; // px: what moves less is a click
const GRIP = 5; // px around the end of a range that resize it
const STEP = 0.05; // of the axis, by a key
const START = 1 / 3; // of the axis: the best end of it
/** How a key moves the two ends of a range, in steps. @type {Record<string, Span>} */
const KEYS = { ArrowUp: [1, 1], ArrowDown: [-1, -1], '+': [-1, 1], '-': [1, -1] };

/**
 * Heights that a brush covers on its axis.
 *
 * @param {AxisColumn} column
 * @param {Brush | undefined} brush
 * @returns {Span[]}
 */
export function brushedSpans(column, brush) {
  if (!brush) return [];
  const { axis } = column;
  const flip = (/** @type {Span} */ [a, b]) =>
    /** @type {Span} */ (column.isFlipped ? [1 - b, 1 - a] : [a, b]);
  if (brush.choices)
    return joined([...brush.choices].sort((a, b) => a - b).map((c) => axis.cell(c)));
  return (brush.intervals ?? []).map(([low, high]) =>
    flip([axis.cell(low)[0], axis.cell(high)[1]]),
  );
}

/**
 * The brush that covers these heights; null if they are none.
 *
 * @param {import('../../state/data.js').Data} data
 * @param {AxisColumn} column
 * @param {Span[]} spans
 * @param {boolean} inactive
 * @returns {Brush | null}
 */
export function brushOf(data, column, spans, inactive) {
  const { axis } = column;
  if (!spans.length && !inactive) return null;
  const units = spans
    .map(([a, b]) => /** @type {Span} */ (column.isFlipped ? [1 - b, 1 - a] : [a, b]))
    .map(([a, b]) => [atEnd(a), atEnd(b)]);
  if (column.param?.kind === 'categorical') {
    /** @type {Set<number>} */
    const choices = new Set();
    for (const [a, b] of units) {
      const [first, last] = [axis.fromUnit(a + 1e-6), axis.fromUnit(b - 1e-6)];
      for (let c = first; c <= last; c += 1) choices.add(c);
    }
    return { choices: [...choices].sort((a, b) => a - b), inactive };
  }
  const intervals = units.map(
    ([a, b]) =>
      /** @type {[number, number]} */ ([
        axis.fromUnit(a + (axis.levels ? 1e-6 : 0)),
        axis.fromUnit(b - (axis.levels ? 1e-6 : 0)),
      ]),
  );
  if (column.isTarget) {
    // what is drawn at the end of the axis may lie beyond it
    const values = columnOf(data, column.key) ?? [];
    let [low, high] = [Infinity, -Infinity];
    for (const v of values) {
      if (v < low) low = v;
      if (v > high) high = v;
    }
    units.forEach(([a, b], i) => {
      if (a <= 0) intervals[i][0] = Math.min(low, intervals[i][0]);
      if (b >= 1) intervals[i][1] = Math.max(high, intervals[i][1]);
    });
  }
  return { intervals: merged(intervals), inactive };
}

/**
 * The ranges after a key: up and down move the first one, + and - make it wider and narrower,
 * Backspace drops them; null = the key means nothing here.
 *
 * @param {Span[]} spans
 * @param {string} key
 * @param {number | null} levels of the axis
 * @returns {Span[] | null}
 */
export function spansByKey(spans, key, levels) {
  if (key === 'Backspace') return [];
  if (!Object.hasOwn(KEYS, key)) return null;
  const step = levels ? 1 / levels : STEP;
  if (!spans.length) return [[levels ? 1 - step : 1 - START, 1]];
  const [[low, high], ...others] = spans;
  const [down, up] = KEYS[key].map((by) => by * step);
  const isMoved = down === up;
  const by = isMoved ? Math.min(1 - high, Math.max(-low, up)) : 0;
  const a = isMoved ? low + by : Math.max(0, low + down);
  const b = isMoved ? high + by : Math.min(1, high + up);
  return [b - a < step / 2 ? [low, high] : [a, b], ...others];
}

/** @param {[number, number][]} intervals @returns {[number, number][]} */
function merged(intervals) {
  /** @type {[number, number][]} */
  const found = [];
  for (const [low, high] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && low <= last[1]) last[1] = Math.max(last[1], high);
    else found.push([low, high]);
  }
  return found;
}

/**
 * Follow a pointer that went down on an axis until it goes up.
 *
 * @param {PointerEvent} down
 * @param {{
 *   spans: Span[], height: number, unitAt: (event: PointerEvent) => number,
 *   change: (spans: Span[], dragging: boolean) => void,
 * }} axis  `height` in px; `unitAt` is the height of an event from 0 to 1
 */
export function followBrush(down, { spans, height, unitAt, change }) {
  const start = unitAt(down);
  const grip = GRIP / height;
  const edge = spans.findIndex(
    ([a, b]) => Math.abs(start - a) < grip || Math.abs(start - b) < grip,
  );
  const inside = edge >= 0 ? edge : spans.findIndex(([a, b]) => start > a && start < b);
  const others = spans.filter((_, i) => i !== inside);
  const held = inside < 0 ? null : spans[inside];
  let hasMoved = false;

  /** @param {PointerEvent} event @returns {Span} */
  const spanAt = (event) => {
    const now = Math.min(1, Math.max(0, unitAt(event)));
    if (held && edge >= 0) {
      const fixed = Math.abs(start - held[0]) < Math.abs(start - held[1]) ? held[1] : held[0];
      return [Math.min(fixed, now), Math.max(fixed, now)];
    }
    if (held) {
      const by = Math.min(1 - held[1], Math.max(-held[0], now - start));
      return [held[0] + by, held[1] + by];
    }
    const from = Math.min(1, Math.max(0, start));
    return [Math.min(from, now), Math.max(from, now)];
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    if (!hasMoved && Math.abs(event.clientY - down.clientY) < CLICK) return;
    hasMoved = true;
    change([...others, spanAt(event)], true);
  };
  /** @param {PointerEvent} event */
  const up = (event) => {
    window.removeEventListener('pointermove', move);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', up);
    if (hasMoved) change([...others, spanAt(event)], false);
    else change(held ? others : [], false); // a click takes a range away, or all of them
  };
  // news may draw the axis again meanwhile: the window hears what happens
  window.addEventListener('pointermove', move);
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', up);
}
