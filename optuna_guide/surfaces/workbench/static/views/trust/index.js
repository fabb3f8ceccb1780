/** How far the guidance can be trusted: skill on unseen trials, against a baseline, as trials came. */

import { element, replace, svg } from '../../shell/dom.js';
import { onResize } from '../../chart/canvas.js';
import { number, numberAxis } from '../../chart/scales.js';
import { missing } from '../../shell/missing.js';

export const title = 'Trust';
export const how =
  'Skill on trials that the models did not see, inside the sampled region. Suggestions are shown ' +
  'once the lower bound of the rank correlation exceeds the threshold.';
export const half = true;

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const body = element('div', { class: 'trust-body' });
  root.append(body);
  onResize(root, draw);

  function draw() {
    const { guidance } = workbench;
    if (!guidance) {
      replace(body, missing(workbench));
      return;
    }
    const { trust } = guidance;
    const facts = [
      [
        'Rank correlation',
        number(trust.spearman, 2),
        `at least ${number(trust.spearman_lower, 2)} (95 %), needed: ${number(trust.threshold, 2)}`,
      ],
      [
        'R² of the forest',
        number(trust.r2, 2),
        `linear model ${number(trust.r2_linear, 2)}${trust.r2_ebm === null ? '' : `, EBM ${number(trust.r2_ebm, 2)}`}`,
      ],
      ['Mean squared error', number(trust.mse, 3), 'in squared units of the target'],
      ['Best trial among the predicted', number(trust.mrr, 2), 'reciprocal rank'],
      [
        'Distinct configurations',
        String(trust.n_trials),
        trust.n_missing ? `about ${trust.n_missing} are missing` : 'enough',
      ],
      ['Sampling skew', number(trust.skew, 2), '0 = uniform, 1 = all at one place'],
      [
        'Fitted',
        `${number(guidance.seconds, 2)} s`,
        `up to trial ${guidance.last_trial}, ${new Date(guidance.fitted_at).toLocaleString()}`,
      ],
    ];
    replace(
      body,
      element('p', {
        class: trust.is_open ? 'verdict open' : 'verdict shut',
        text: `${trust.is_open ? 'Open' : 'Not yet'}: ${trust.reason}.`,
      }),
      element(
        'table',
        { class: 'facts' },
        ...facts.map(([name, value, note]) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row', text: name }),
            element('td', { text: value }),
            element('td', { class: 'mute', text: note }),
          ),
        ),
      ),
      trust.curve.length > 1 && element('h3', { text: 'Rank correlation by number of trials' }),
      trust.curve.length > 1 && curve(trust, Math.max(220, body.clientWidth)),
      ...guidance.notes.map((/** @type {string} */ note) =>
        element('p', { class: 'mute small', text: note }),
      ),
    );
  }

  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (['guidance', 'target'].some((c) => changes.has(c))) draw();
    },
  };
}

/** @param {import('../../wire.js').Trust} trust @param {number} width */
function curve(trust, width) {
  const [height, left, right, top, bottom] = [170, 34, 12, 8, 34];
  const points = trust.curve;
  const x = numberAxis(0, Math.max(...points.map((p) => p.n)));
  const y = numberAxis(Math.min(0, ...points.map((p) => p.spearman - p.spearman_std)), 1);
  const px = (/** @type {number} */ n) => left + x.toUnit(n) * (width - left - right);
  const py = (/** @type {number} */ v) => top + (1 - y.toUnit(v)) * (height - top - bottom);
  const node = svg('svg', {
    width,
    height,
    class: 'mini',
    role: 'img',
    'aria-label': 'Rank correlation by number of trials',
  });
  for (const { unit, label } of y.ticks(5)) {
    const at = top + (1 - unit) * (height - top - bottom);
    node.append(
      svg('line', { x1: left, x2: width - right, y1: at, y2: at, class: 'grid' }),
      svg('text', { x: left - 5, y: at + 3.5, class: 'tick', 'text-anchor': 'end', text: label }),
    );
  }
  for (const { unit, label } of x.ticks(6)) {
    node.append(
      svg('text', {
        x: left + unit * (width - left - right),
        y: height - bottom + 14,
        class: 'tick',
        'text-anchor': 'middle',
        text: label,
      }),
    );
  }
  const band = [
    ...points.map((p) => [px(p.n), py(p.spearman + p.spearman_std)]),
    ...points.toReversed().map((p) => [px(p.n), py(p.spearman - p.spearman_std)]),
  ];
  node.append(
    svg('path', { d: `M${band.map((p) => p.join(' ')).join('L')}Z`, class: 'band' }),
    svg('path', {
      d: `M${points.map((p) => `${px(p.n)} ${py(p.spearman)}`).join('L')}`,
      class: 'curve',
    }),
    svg('line', {
      x1: left,
      x2: width - right,
      y1: py(trust.threshold),
      y2: py(trust.threshold),
      class: 'threshold',
    }),
    svg('text', {
      x: (left + width - right) / 2,
      y: height - 5,
      class: 'tick',
      'text-anchor': 'middle',
      text: 'trials; band: one standard deviation over resamples',
    }),
  );
  return node;
}
