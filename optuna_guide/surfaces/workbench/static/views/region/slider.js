/** A range over the distribution of the best trials: drag its ends or its middle, or use the keys. */

import { svg } from '../../shell/dom.js';
import { atEnd, percent } from '../../chart/scales.js';

const HEIGHT = 24;
const BINS = 28;
const KEY_STEP = 0.02; // of the range

/**
 * @typedef {object} Slider
 * @property {import('../../state/data.js').Param} param
 * @property {import('../../chart/scales.js').Axis} axis
 * @property {[number, number][]} intervals
 * @property {Float64Array} best Values of the parameter in the best trials.
 * @property {number} width
 * @property {boolean} disabled
 * @property {(intervals: [number, number][], isDone: boolean) => void} change
 */

/**
 * @param {Slider} about
 * @returns {SVGSVGElement}
 */
export function drawSlider(about) {
  const { param, axis, intervals, best, width } = about;
  const x = (/** @type {number} */ unit) => 5 + unit * (width - 10);
  return svg(
    'svg',
    {
      width,
      height: HEIGHT,
      class: 'slider',
      role: 'group',
      'aria-label': `Range of ${param.name}`,
    },
    svg('rect', { x: 5, y: 2, width: width - 10, height: HEIGHT - 6, rx: 3, class: 'track' }),
    histogram(axis, best, x),
    ...intervals.flatMap((_, i) => drawInterval(about, i, x)),
  );
}

/**
 * One interval: a bar between two handles.
 * @param {Slider} about
 * @param {number} i
 * @param {(unit: number) => number} x
 */
function drawInterval(about, i, x) {
  const { axis, intervals, width, disabled } = about;
  const [low, high] = intervals[i];
  const [a, b] = [axis.cell(low)[0], axis.cell(high)[1]];
  const set = (
    /** @type {number} */ from,
    /** @type {number} */ to,
    /** @type {boolean} */ isDone,
  ) => about.change(replaced(about, i, from, to), isDone);
  const bar = svg('rect', {
    x: x(a),
    y: 2,
    width: Math.max(3, x(b) - x(a)),
    height: HEIGHT - 6,
    rx: 3,
    class: axis.levels !== 1 && a <= 0 && b >= 1 ? 'picked whole' : 'picked',
  });
  const moveLow = (/** @type {number} */ by, /** @type {boolean} */ isDone) =>
    set(Math.min(a + by, b), b, isDone);
  const moveHigh = (/** @type {number} */ by, /** @type {boolean} */ isDone) =>
    set(a, Math.max(b + by, a), isDone);
  const ends = [
    drawHandle(about, 'from', x(a), low, moveLow),
    drawHandle(about, 'to', x(b), high, moveHigh),
  ];
  if (!disabled) {
    follow(bar, width, (by, isDone) => {
      const move = Math.max(-a, Math.min(1 - b, by));
      set(a + move, b + move, isDone);
    });
    follow(ends[0], width, moveLow);
    follow(ends[1], width, moveHigh);
  }
  return [bar, ...ends];
}

/**
 * The intervals with other ends of one of them.
 * @param {Slider} about
 * @param {number} i
 * @param {number} from Unit.
 * @param {number} to
 * @returns {[number, number][]}
 */
function replaced({ axis, intervals }, i, from, to) {
  const inner = axis.levels ? 1e-6 : 0;
  const [left, right] = [atEnd(Math.min(from, to)), atEnd(Math.max(from, to))];
  const low = axis.fromUnit(left + inner);
  const high = Math.max(low, axis.fromUnit(right - inner));
  return intervals.map((old, k) => (k === i ? [low, high] : old));
}

/**
 * @param {Slider} about
 * @param {string} name
 * @param {number} x
 * @param {number} value
 * @param {(by: number, isDone: boolean) => void} move
 */
function drawHandle({ param, axis, disabled }, name, x, value, move) {
  const keydown = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(by * (axis.levels ? 1 / axis.levels : KEY_STEP), true);
  };
  return svg('rect', {
    x: x - 3,
    y: 0,
    width: 6,
    height: HEIGHT - 2,
    rx: 2,
    class: 'handle',
    tabindex: disabled ? -1 : 0,
    role: 'slider',
    'aria-label': `${param.name} ${name}`,
    'aria-valuemin': param.low,
    'aria-valuemax': param.high,
    'aria-valuenow': value,
    'aria-valuetext': axis.format(value),
    on: disabled ? {} : { keydown },
  });
}

/**
 * @param {import('../../chart/scales.js').Axis} axis
 * @param {Float64Array} best
 * @param {(unit: number) => number} x
 */
function histogram(axis, best, x) {
  const bins = axis.levels && axis.levels <= BINS ? axis.levels : BINS;
  const counts = new Float64Array(bins);
  let n = 0;
  for (const value of best) {
    if (Number.isNaN(value)) continue;
    counts[Math.min(bins - 1, Math.floor(axis.toUnit(value) * bins))] += 1;
    n += 1;
  }
  const most = Math.max(...counts, 1);
  const group = svg(
    'g',
    { class: 'best' },
    svg('title', {
      text: `Where the top tenth of the trials lie (${n}${best.length > n ? `; inactive in ${percent(1 - n / best.length)}` : ''})`,
    }),
  );
  counts.forEach((count, k) => {
    if (!count) return;
    const height = Math.max(1.5, (count / most) * (HEIGHT - 8));
    group.append(
      svg('rect', {
        x: x(k / bins) + 0.5,
        width: Math.max(1, x(1 / bins) - x(0) - 1),
        y: HEIGHT - 4 - height,
        height,
      }),
    );
  });
  return group;
}

/**
 * Tell how far a pointer that went down on a shape has moved, in shares of the slider.
 *
 * @param {SVGElement} shape
 * @param {number} width
 * @param {(by: number, isDone: boolean) => void} tell
 */
function follow(shape, width, tell) {
  shape.addEventListener('pointerdown', (down) => {
    if (down.button !== 0) return;
    down.preventDefault();
    // the slider is drawn again while it moves: the window hears what happens
    const by = (/** @type {PointerEvent} */ event) =>
      (event.clientX - down.clientX) / (width - 10);
    const move = (/** @type {PointerEvent} */ event) => tell(by(event), false);
    const up = (/** @type {PointerEvent} */ event) => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      tell(by(event), true);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
  });
}
