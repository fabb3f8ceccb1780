/** How far the guidance can be trusted: skill on unseen trials, against a baseline, as trials came. */

import { cut, element, replace, svg } from '../../shell/dom.js';
import { onResize } from '../../chart/canvas.js';
import { number, numberAxis } from '../../chart/scales.js';
import { missing } from '../../shell/missing.js';
import { robustness } from './robustness.js';

export const title = 'Trust';
export const how =
  'How well new trials are predicted. Measured on trials that the models did not see, inside the sampled region. Suggestions are shown once the lower bound of the rank correlation exceeds the threshold.';

/** What is predicted. */
const STATES = {
  values: 'Ranks and values are predicted',
  ranks: 'Only the order of trials is predicted, not their values',
  closed: 'Not yet',
};

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const body = element('div', { class: 'trust-body' });
  const more = robustness(workbench);
  root.append(body, more.node);
  onResize(root, draw);

  function draw() {
    const { guidance } = workbench;
    if (guidance) {
      const width = Math.max(220, body.clientWidth);
      replace(body, ...describe(guidance, workbench.targetColumn.title, width));
    } else replace(body, missing(workbench));
  }

  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (!['guidance', 'target'].some((c) => changes.has(c))) return;
      more.forget();
      draw();
    },
  };
}

/** @param {import('../../wire.js').Guidance} guidance @param {string} target @param {number} width */
function describe(guidance, target, width) {
  const { trust, notes } = guidance;
  const rows = factsOf(guidance, target).map(([name, value, note]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row', text: name }),
      element('td', { text: value }),
      element('td', { class: 'mute', text: note }),
    ),
  );
  const hasCurve = trust.curve.length > 1;
  return [
    element('p', {
      class: trust.is_open ? 'verdict open' : 'verdict shut',
      text: `${STATES[trust.state]}: ${trust.reason}.`,
    }),
    element('table', { class: 'facts' }, ...rows),
    hasCurve && element('h3', { text: 'Rank correlation by number of trials' }),
    hasCurve && drawCurve(trust, width),
    ...notes.map((note) => element('p', { class: 'mute small', text: note })),
  ];
}

/** Name, value and note. @param {import('../../wire.js').Guidance} guidance @param {string} target */
function factsOf({ trust, seconds, last_trial: last, fitted_at: at }, target) {
  return [
    [
      'Rank correlation',
      number(trust.spearman, 2),
      `at least ${number(Math.floor(100 * trust.spearman_lower) / 100, 2)} (95 %), needed: ${number(trust.threshold, 2)}`,
    ],
    [
      'R² of the forest',
      number(trust.r2, 2),
      `linear model ${number(trust.r2_linear, 2)}${trust.r2_ebm === null ? '' : `, EBM ${number(trust.r2_ebm, 2)}`}`,
    ],
    ['Typical error', number(trust.typical_error, 3), `median, in ${cut(target, 60)}`],
    [
      'Mean squared error',
      number(trust.mse, 3),
      'in squared units of the target, outliers clipped',
    ],
    [
      'The forest predicted the best trial',
      ordinal(1 / trust.mrr),
      `of ${trust.n_trials} by rank, without having seen it`,
    ],
    [
      'Distinct configurations learnt from',
      String(trust.n_trials),
      trust.n_missing ? `about ${trust.n_missing} are missing` : 'enough',
    ],
    ['Sampling skew', number(trust.skew, 2), '0 = uniform, 1 = all at one place'],
    ['Fitted', `${number(seconds, 2)} s`, `up to trial ${last}, ${new Date(at).toLocaleString()}`],
  ];
}

/** A place: 1st, 5th, 2.5th where two share it. @param {number} reached */
function ordinal(reached) {
  const place = Math.round(2 * reached) / 2;
  const [tens, ones] = [place % 100, place % 10];
  const ending = tens > 10 && tens < 14 ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[ones];
  return `${place}${ending ?? 'th'}`;
}

/** @param {import('../../wire.js').Trust} trust @param {number} width */
function drawCurve({ curve: points, threshold }, width) {
  const [height, left, right, top, bottom] = [170, 34, 12, 8, 34];
  const x = numberAxis(0, Math.max(...points.map((p) => p.n)));
  const y = numberAxis(Math.min(0, ...points.map((p) => p.spearman - p.spearman_std)), 1);
  const across = (/** @type {number} */ unit) => left + unit * (width - left - right);
  const up = (/** @type {number} */ unit) => top + (1 - unit) * (height - top - bottom);
  const at = (/** @type {number} */ n, /** @type {number} */ v) =>
    `${across(x.toUnit(n))} ${up(y.toUnit(v))}`;
  const line = points.map((p) => at(p.n, p.spearman));
  const band = [
    ...points.map((p) => at(p.n, p.spearman + p.spearman_std)),
    ...points.toReversed().map((p) => at(p.n, p.spearman - p.spearman_std)),
  ];
  const [x1, x2, y1] = [left, width - right, up(y.toUnit(threshold))];
  const words = 'trials; band: one standard deviation over resamples';
  const about = { role: 'img', 'aria-label': 'Rank correlation by number of trials' };
  return svg(
    'svg',
    { width, height, class: 'mini', ...about },
    ...y
      .ticks(5)
      .flatMap(({ unit, label }) => [
        svg('line', { x1, x2, y1: up(unit), y2: up(unit), class: 'grid' }),
        tick(left - 5, up(unit) + 3.5, 'end', label),
      ]),
    ...x
      .ticks(6)
      .map(({ unit, label }) => tick(across(unit), height - bottom + 14, 'middle', label)),
    svg('path', { d: `M${band.join('L')}Z`, class: 'band' }),
    svg('path', { d: `M${line.join('L')}`, class: 'curve' }),
    svg('line', { x1, x2, y1, y2: y1, class: 'threshold' }),
    tick((left + width - right) / 2, height - 5, 'middle', words),
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} anchor
 * @param {string} text
 */
function tick(x, y, anchor, text) {
  return svg('text', { x, y, class: 'tick', 'text-anchor': anchor, text });
}
