/** Curves of trials side by side, one chart for the intermediate values and each series. */

import { cut, element, svg } from '../../shell/dom.js';
import { numberAxis } from '../../chart/scales.js';
import { tint } from '../../chart/colours.js';

/**
 * @typedef {import('../../wire.js').ReportedAnswer} Reported
 * @typedef {{ steps: number[], values: number[] }} Line
 * @typedef {{ colour: string, width: number }} Look
 */

/** @param {number} i @returns {Look} */
const inTurn = (i) => ({ colour: tint(i), width: 1.8 });

/**
 * @param {Reported[]} curves
 * @param {(i: number) => Look} look of each trial
 */
export function curveCharts(curves, look = inTurn) {
  const names = [...new Set(curves.flatMap(({ series }) => Object.keys(series)))];
  const linesOf = (/** @type {string} */ name) =>
    curves.map(({ series }) =>
      Object.hasOwn(series, name) ? series[name] : { steps: [], values: [] },
    );
  return [
    ...drawChart('Intermediate values', curves, look),
    ...names.flatMap((name) => drawChart(name, linesOf(name), look)),
  ];
}

/** A figure, unless no trial has a point. @param {string} name @param {Line[]} lines @param {(i: number) => Look} look */
function drawChart(name, lines, look) {
  if (!lines.some(({ steps }) => steps.length)) return [];
  const caption = element('figcaption', { text: cut(name, 60) });
  return [element('figure', {}, caption, drawCurves(lines, look))];
}

/** @param {Line[]} lines @param {(i: number) => Look} look */
function drawCurves(lines, look) {
  const [width, height, left, bottom] = [460, 190, 48, 24];
  const steps = lines.flatMap((line) => line.steps);
  const values = lines.flatMap((line) => line.values);
  const x = numberAxis(Math.min(...steps), Math.max(...steps), false, true);
  const y = numberAxis(Math.min(...values), Math.max(...values));
  const at = (/** @type {number} */ step, /** @type {number} */ value) => [
    left + x.toUnit(step) * (width - left - 8),
    6 + (1 - y.toUnit(value)) * (height - bottom - 6),
  ];
  const node = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    class: 'mini',
    role: 'img',
    'aria-label': 'Curves',
  });
  for (const { unit, label } of y.ticks(8)) {
    const py = 6 + (1 - unit) * (height - bottom - 6);
    node.append(
      svg('line', { x1: left, x2: width - 8, y1: py, y2: py, class: 'grid' }),
      svg('text', { x: left - 5, y: py + 3.5, class: 'tick', 'text-anchor': 'end', text: label }),
    );
  }
  for (const { unit, label } of x.ticks(7)) {
    node.append(
      svg('text', {
        x: left + unit * (width - left - 8),
        y: height - 8,
        class: 'tick',
        'text-anchor': 'middle',
        text: label,
      }),
    );
  }
  lines.forEach((line, i) => {
    let path = '';
    line.steps.forEach((step, k) => {
      const [px, py] = at(step, line.values[k]);
      path += `${path ? 'L' : 'M'}${px.toFixed(1)} ${py.toFixed(1)}`;
    });
    const { colour, width: wide } = look(i);
    node.append(svg('path', { d: path, fill: 'none', stroke: colour, 'stroke-width': wide }));
  });
  return node;
}
