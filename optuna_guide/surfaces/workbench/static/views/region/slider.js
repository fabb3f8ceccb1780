/** A range over the distribution of the best trials: drag its ends or its middle, or use the keys. */

import { svg } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';

const HEIGHT = 24;
const BINS = 28;
const KEY_STEP = 0.02; // of the range

/**
 * @param {{
 *   param: import('../../state/data.js').Param, axis: import('../../chart/scales.js').Axis,
 *   intervals: [number, number][], best: Float64Array, width: number, disabled: boolean,
 *   change: (intervals: [number, number][], isDone: boolean) => void,
 * }} about  best: values of the parameter in the best trials
 * @returns {SVGSVGElement}
 */
export function drawSlider({ param, axis, intervals, best, width, disabled, change }) {
  const node = svg('svg', {
    width,
    height: HEIGHT,
    class: 'slider',
    role: 'group',
    'aria-label': `Range of ${param.name}`,
  });
  const x = (/** @type {number} */ unit) => 5 + unit * (width - 10);
  node.append(
    svg('rect', { x: 5, y: 2, width: width - 10, height: HEIGHT - 6, rx: 3, class: 'track' }),
  );
  node.append(histogram(axis, best, x));
  intervals.forEach(([low, high], i) => {
    const [a, b] = [axis.cell(low)[0], axis.cell(high)[1]];
    const set = (
      /** @type {number} */ from,
      /** @type {number} */ to,
      /** @type {boolean} */ isDone,
    ) => {
      const inner = axis.levels ? 1e-6 : 0;
      const [left, right] = [Math.max(0, Math.min(from, to)), Math.min(1, Math.max(from, to))];
      const next = /** @type {[number, number]} */ ([
        axis.fromUnit(left + inner),
        axis.fromUnit(right - inner),
      ]);
      if (next[0] > next[1]) next[1] = next[0];
      change(
        intervals.map((old, k) => (k === i ? next : old)),
        isDone,
      );
    };
    const bar = svg('rect', {
      x: x(a),
      y: 2,
      width: Math.max(3, x(b) - x(a)),
      height: HEIGHT - 6,
      rx: 3,
      class: axis.levels !== 1 && a <= 0 && b >= 1 ? 'picked whole' : 'picked',
    });
    const ends = [
      [a, 'from'],
      [b, 'to'],
    ].map(([unit, name], k) =>
      svg('rect', {
        x: x(Number(unit)) - 3,
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
        'aria-valuenow': k ? high : low,
        'aria-valuetext': axis.format(k ? high : low),
        on: disabled
          ? {}
          : {
              keydown: (/** @type {KeyboardEvent} */ event) => {
                const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
                if (by === undefined) return;
                event.preventDefault();
                const step = axis.levels ? 1 / axis.levels : KEY_STEP;
                if (k === 0) set(Math.min(a + by * step, b), b, true);
                else set(a, Math.max(b + by * step, a), true);
              },
            },
      }),
    );
    node.append(bar, ...ends);
    if (disabled) return;
    follow(bar, width, (by, isDone) => {
      const move = Math.max(-a, Math.min(1 - b, by));
      set(a + move, b + move, isDone);
    });
    follow(ends[0], width, (by, isDone) => set(Math.min(a + by, b), b, isDone));
    follow(ends[1], width, (by, isDone) => set(a, Math.max(b + by, a), isDone));
  });
  return node;
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
      text: `Where the best tenth of the trials lie (${n}${best.length > n ? `; inactive in ${percent(1 - n / best.length)}` : ''})`,
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
