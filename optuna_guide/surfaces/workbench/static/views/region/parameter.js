/** One parameter of the region card: its name, its range in words, and a slider or chips. */

import { button, cut, element } from '../../shell/dom.js';
import { paramAxis, percent } from '../../chart/scales.js';
import { describeRange, withRange, without } from './draft.js';
import { drawSlider } from './slider.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('./draft.js').Range} Range
 * @typedef {import('./draft.js').Draft} Draft
 * @typedef {{
 *   draft: Draft, best: Int32Array, width: number, isOpen: boolean,
 *   edit: (draft: Draft, isDone: boolean) => void, open: () => void,
 * }} Editing  best: rows of the best tenth; width: px; isOpen: all choices are shown
 */

const MANY = 12; // choices: the rest are shown on demand

/**
 * @param {Param} param
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {Editing} editing
 */
export function drawParameter(param, workbench, editing) {
  const { draft, edit } = editing;
  const range = draft.get(param.name);
  const { readOnly } = workbench.api;
  const whole = param.kind === 'categorical' ? 'every choice' : 'whole range';
  const words = range ? describeRange(paramAxis(param), range) : whole;
  const advice = workbench.guidanceOf(param.name)?.advice;
  return element(
    'div',
    { class: 'region-param' },
    element(
      'div',
      { class: 'region-head' },
      element('span', { class: 'region-name', title: param.name, text: cut(param.name, 28) }),
      element('span', {
        class: range ? 'region-range' : 'mute',
        title: cut(words, 400),
        text: cut(words, 34),
      }),
      range &&
        !readOnly &&
        button('✕', () => edit(withRange(draft, param, null), true), {
          class: 'plain',
          'aria-label': `${whole[0].toUpperCase()}${whole.slice(1)} of ${param.name}`,
          title: `${whole[0].toUpperCase()}${whole.slice(1)}`,
        }),
    ),
    param.kind === 'categorical'
      ? drawChoices(param, range, readOnly, editing)
      : drawSlider({
          param,
          axis: paramAxis(param),
          best: Float64Array.from(editing.best, (row) => param.values[row]),
          width: editing.width,
          disabled: readOnly,
          intervals: range?.intervals ?? [[param.low, param.high]],
          change: (intervals, isDone) => edit(withRange(draft, param, { intervals }), isDone),
        }),
    advice && drawAdvice(param, advice, !range && !readOnly && ((rest) => edit(withRange(draft, param, rest), true))),
  );
}

/**
 * What to do about a parameter beside its range; what is worse can be left out.
 *
 * @param {Param} param
 * @param {import('../../wire.js').Advice} advice
 * @param {false | ((range: Range) => void)} keep takes a range into the draft
 */
function drawAdvice(param, { kind, text, range }, keep) {
  if (!['widen', 'log', 'freeze', 'avoid'].includes(kind)) return null;
  const worse = kind === 'avoid' && range;
  if (!worse) return element('small', { class: 'block', text });
  const held = 'indices' in worse ? { choices: [...worse.indices] } : { intervals: worse.intervals };
  const words = `${cut(describeRange(paramAxis(param), held), 40)} is clearly worse than the rest`;
  const leave = () => keep && keep(without(param, held));
  return element(
    'small',
    { class: 'block' },
    keep ? `${words}. ` : words,
    keep && button('Leave it out', leave, { class: 'plain link' }),
  );
}

/** @param {Param} param @param {Range | undefined} range @param {boolean} disabled @param {Editing} editing */
function drawChoices(param, range, disabled, { draft, best, isOpen, edit, open }) {
  const { choices } = param;
  const chosen = range?.choices ?? choices.map((_, i) => i);
  const counts = choices.map((_, i) => best.filter((row) => param.values[row] === i).length);
  const shown = isOpen ? choices.map((_, i) => i) : mostTelling(counts, range ? chosen : []);
  /** @param {number} i */
  const toggle = (i) => {
    const next = chosen.includes(i) ? chosen.filter((c) => c !== i) : [...chosen, i];
    if (next.length) edit(withRange(draft, param, { choices: next.sort((a, b) => a - b) }), true);
  };
  return element(
    'div',
    { class: 'choices' },
    ...shown.map((i) => {
      const share = percent(counts[i] / Math.max(best.length, 1));
      return button(cut(choices[i], 22), () => toggle(i), {
        class: `chip${range && chosen.includes(i) ? ' ranged' : ''}`,
        'aria-pressed': String(chosen.includes(i)),
        dir: 'auto',
        disabled,
        title: `${cut(choices[i], 400)}: ${share} of the top tenth of the trials have it`,
      });
    }),
    shown.length < choices.length &&
      button(`All ${choices.length} choices`, open, {
        class: 'plain link',
        'aria-label': `All ${choices.length} choices of ${param.name}`,
      }),
  );
}

/** Of many choices all that are chosen, then those of the best trials. @param {number[]} counts @param {number[]} chosen */
function mostTelling(counts, chosen) {
  const all = counts.map((_, i) => i);
  if (all.length <= MANY) return all;
  const first = [...all].sort(
    (a, b) =>
      Number(chosen.includes(b)) - Number(chosen.includes(a)) || counts[b] - counts[a] || a - b,
  );
  return first.slice(0, Math.max(MANY, chosen.length)).sort((a, b) => a - b);
}
