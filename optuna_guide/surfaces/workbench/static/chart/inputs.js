/** What a value of a parameter is set with. */

import { cut, element, oneLine } from '../shell/dom.js';

/**
 * @typedef {import('../state/data.js').Param} Param
 * @typedef {(next: number | null) => void} Setter  null = inactive
 */

/**
 * @param {Param} param
 * @param {number | null} value
 * @param {string | null} rest what it is without a value; null = it needs one
 * @param {Setter} set
 */
export function choiceInput(param, value, rest, set) {
  const tell = () => {
    list.title = list.value === '' ? '' : oneLine(param.choices[Number(list.value)]);
  };
  const change = () => {
    tell();
    set(list.value === '' ? null : Number(list.value));
  };
  const list = element(
    'select',
    { 'aria-label': param.name, on: { change } },
    ...(rest ? [element('option', { value: '', text: rest })] : []),
    ...param.choices.map((choice, i) => element('option', { value: i, text: cut(choice, 30) })),
  );
  list.value = value === null ? '' : String(value);
  tell();
  return list;
}

/**
 * A box for whether it is active, a slider and a number.
 * @param {Param} param
 * @param {import('./scales.js').Axis} axis
 * @param {number | null} value
 * @param {boolean} mayRest
 * @param {Setter} set
 */
export function numberInputs(param, axis, value, mayRest, set) {
  const { name, low, high } = param;
  const step = axis.levels && axis.levels < 200 ? 1 / (2 * axis.levels) : 0.002;
  const slider = element('input', { type: 'range', min: 0, max: 1, step, 'aria-label': name });
  const words = `${name} as a number`;
  const about = { type: 'number', step: 'any', min: low, max: high, 'aria-label': words };
  const box = element('input', about);
  const rests = element('input', { type: 'checkbox', 'aria-label': `${name} is active` });
  const write = (/** @type {string} */ text, /** @type {number | null} */ v) => {
    box.value = text;
    box.title = v === null ? '' : String(v);
    box.style.minWidth = `${text.length + 3}ch`; // a field that cut its number would tell another one
  };
  const show = (/** @type {number | null} */ v) => {
    rests.checked = v !== null;
    slider.disabled = box.disabled = v === null;
    const text = v === null ? '' : axis.format(v);
    write(Number(text) ? text : String(v ?? ''), v);
    slider.value = String(v === null ? 0.5 : axis.toUnit(v));
  };
  slider.addEventListener('input', () => {
    const next = axis.fromUnit(slider.valueAsNumber);
    write(axis.format(next), next);
    set(next);
  });
  box.addEventListener('change', () => {
    const next = Math.min(high, Math.max(low, box.valueAsNumber));
    if (Number.isNaN(next)) return;
    slider.value = String(axis.toUnit(next));
    write(String(next), next);
    set(next);
  });
  rests.addEventListener('change', () => {
    const next = rests.checked ? axis.fromUnit(0.5) : null;
    show(next);
    set(next);
  });
  show(value);
  return [mayRest ? rests : element('span'), slider, box];
}
