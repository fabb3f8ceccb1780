/** The parameters of a trial, each on its axis among its neighbours. */

import { shade, theme } from '../../chart/colours.js';
import { byImportance } from '../../chart/params.js';
import { paramAxis } from '../../chart/scales.js';
import { bands } from '../../compute/bands.js';
import { contains } from '../../compute/ranges.js';
import { cut, element, svg } from '../../shell/dom.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../wire.js').NeighbourAnswer} Neighbour
 */

const [WIDTH, HEIGHT] = [132, 16];

/** @param {Workbench} workbench @param {number} row @param {Neighbour[]} near */
export function drawParams(workbench, row, near) {
  const params = byImportance(workbench);
  const active = params.filter(({ values }) => !Number.isNaN(values[row]));
  const resting = params.filter(({ values }) => Number.isNaN(values[row]));
  const others = near.map(({ number }) => workbench.rowOf(number)).filter((other) => other >= 0);
  const legend = [
    'Dot: this trial',
    others.length > 0 && 'strokes: its neighbours',
    active.some(({ name }) => workbench.guidanceOf(name)?.promising) && 'orange: promising',
  ];
  return element(
    'section',
    {},
    element('h3', { text: 'Parameters' }),
    element(
      'table',
      { class: 'facts params' },
      ...active.map((param) => line(workbench, param, row, others)),
    ),
    resting.length > 0 &&
      element('p', {
        class: 'mute small',
        title: resting.map(({ name }) => name).join(', '),
        text: `Inactive: ${resting.map(({ name }) => cut(name, 30)).join(', ')}`,
      }),
    element('p', { class: 'foot', text: `${legend.filter(Boolean).join(', ')}.` }),
  );
}

/** @param {Workbench} workbench @param {Param} param @param {number} row @param {number[]} others */
function line(workbench, param, row, others) {
  const text = paramAxis(param).format(param.values[row]);
  const range = workbench.guidanceOf(param.name)?.promising;
  const isOut = range && !contains(range, param.values[row]);
  return element(
    'tr',
    {},
    element('th', { scope: 'row', title: param.name, text: cut(param.name, 26) }),
    element('td', {
      class: isOut ? 'out' : '',
      title: isOut ? `${text}: outside of the promising range` : text,
      text: cut(text, 20),
    }),
    element('td', {}, strip(workbench, param, row, others)),
  );
}

/** @param {Workbench} workbench @param {Param} param @param {number} row @param {number[]} others */
function strip(workbench, param, row, others) {
  const axis = paramAxis(param);
  const at = (/** @type {number} */ unit) => 5 + unit * (WIDTH - 10);
  const range = workbench.guidanceOf(param.name)?.promising;
  const middle = HEIGHT / 2;
  const marks = others
    .filter((other) => !Number.isNaN(param.values[other]))
    .map((other) => {
      const x = at(axis.toUnit(param.values[other]));
      const good = workbench.goodness[other];
      const stroke = Number.isNaN(good) ? theme().faint : shade(good);
      return svg('line', { x1: x, x2: x, y1: 2, y2: HEIGHT - 2, stroke, 'stroke-width': 1.6 });
    });
  return svg(
    'svg',
    { class: 'strip-axis', width: WIDTH, height: HEIGHT, 'aria-hidden': 'true' },
    ...(range ? bands(param, range) : []).map(([low, high]) =>
      svg('rect', {
        class: 'promising',
        x: at(low),
        width: at(high) - at(low),
        y: 2,
        height: HEIGHT - 4,
      }),
    ),
    svg('line', { class: 'track', x1: 5, x2: WIDTH - 5, y1: middle, y2: middle }),
    ...marks,
    svg('circle', { cx: at(axis.toUnit(param.values[row])), cy: middle, r: 4 }),
  );
}
