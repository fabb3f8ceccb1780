/** The columns that a table of trials can have. */

import { byImportance } from '../../chart/params.js';
import { STATE_NAMES } from '../../chart/colours.js';
import { integer, number, paramAxis } from '../../chart/scales.js';
import { countMissed } from '../../compute/ranges.js';
import { labelKeys } from '../../compute/rows.js';
import { cut } from '../../shell/dom.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../state/data.js').Target} Target
 * @typedef {import('../../state/data.js').Label} Label
 * @typedef {{
 *   id: string, title: string, group: string, width: number, isDefault: boolean,
 *   text: (row: number) => string,
 *   number: ((row: number) => number) | null,
 *   keys: (() => ArrayLike<number>) | null,
 *   isReversed?: boolean,
 *   picture?: 'chip' | 'curve' | 'kept',
 *   note?: string,
 * }} Column  keys: what rows are sorted by, NaN last, null = they cannot be; isReversed: the keys
 *   ascend where the values descend; number: what conditions compare, null = a text
 */

const LETTER = 7.2; // pixels, about
const MEASURED = 500; // numbers, for the width of their column
const MOST_PARAMS = 8; // that are shown at first
/** @type {[import('../../state/data.js').Plain, string][]} */
const COUNTED = [
  ['generation', 'generation'],
  ['batch', 'batch'],
  ['bracket', 'bracket'],
  ['rung', 'rung'],
  ['version', 'guidance version'],
  ['last_step', 'last step'],
  ['last_value', 'last reported value'],
];

/** All columns of a study, in the order in which they stand until a person moves them. @param {Workbench} workbench @returns {Column[]} */
export function columnsOf(workbench) {
  const { data } = workbench;
  const states = { name: 'state', labels: STATE_NAMES, codes: data.state };
  const feasible = { name: 'feasible', labels: ['infeasible', 'feasible'], codes: data.feasible };
  return [
    picture('kept', 'kept', 34),
    {
      ...counted('number', 'trial', data.number, true, 'trial'),
      width: 66,
      text: (row) => `#${data.number[row]}`,
    },
    labelled('state', 'trial', states, varies(data.state)),
    picture('configuration', 'chip', 110),
    ...targetColumns(workbench),
    { ...picture('curve', 'curve', 78), isDefault: data.last_step.some((step) => step > 0) },
    insideColumn(workbench),
    labelled('feasible', 'trial', feasible, data.feasible.includes(0)),
    labelled('decision', 'sampler', data.decision, varies(data.decision.codes)),
    labelled('sampler', 'sampler', data.sampler, false),
    ...byImportance(workbench).map(paramColumn),
    ...data.labels.map((label) =>
      labelled(`l:${label.name}`, 'attributes', label, Boolean(label.is_context)),
    ),
    ...COUNTED.map(([name, title]) => counted(name, 'sampler', data[name], false, title)).filter(
      ({ number: own }) => data.number.some((_, row) => !Number.isNaN(own?.(row))),
    ),
  ];
}

/** The target first, then other objectives, sizes, and all else. @param {Workbench} workbench */
function targetColumns({ data, targetColumn: own }) {
  const weight = (/** @type {Target} */ target) =>
    target === own ? 0 : target.kind === 'objective' ? 1 : target.is_size ? 2 : 3;
  const known = data.targets.filter(({ values }) => values.some((v) => !Number.isNaN(v)));
  const sorted = known.map((target, i) => ({ target, i }));
  sorted.sort((a, b) => weight(a.target) - weight(b.target) || a.i - b.i);
  const firstSize = sorted.find(({ target }) => target.is_size)?.target;
  return sorted.map(({ target }) =>
    targetColumn(target, weight(target) < 2 || target === firstSize),
  );
}

/** @param {Target} target @param {boolean} isDefault @returns {Column} */
function targetColumn(target, isDefault) {
  const { name, title, direction, values, rank } = target;
  const isBest = direction === 'maximize';
  return {
    id: `t:${name}`,
    title,
    group: target.kind === 'objective' ? 'objectives' : 'attributes',
    width: widthOf(title, Math.max(84, roomFor(values, (value) => number(value, 5)))),
    isDefault,
    text: (row) => (Number.isNaN(values[row]) ? '' : number(values[row], 5)),
    number: (row) => values[row],
    keys: () => Float64Array.from(rank, (r) => (r < 0 ? NaN : r)),
    isReversed: isBest,
    note: isBest ? 'higher is better' : 'lower is better',
  };
}

/** @param {Param} param @param {number} i place by importance @returns {Column} */
function paramColumn(param, i) {
  const axis = paramAxis(param);
  const { name, values, choices } = param;
  const isChoice = param.kind === 'categorical';
  return {
    id: `p:${name}`,
    title: name,
    group: 'parameters',
    width: widthOf(name, isChoice ? 76 : Math.max(76, roomFor(values, axis.format))),
    isDefault: i < MOST_PARAMS,
    text: (row) => (Number.isNaN(values[row]) ? '' : axis.format(values[row])),
    number: isChoice ? null : (row) => values[row],
    keys: () =>
      isChoice
        ? labelKeys(
            choices,
            Int32Array.from(values, (v) => (Number.isNaN(v) ? -1 : v)),
          )
        : values,
  };
}

/** In all promising ranges, or which parameters lie outside. @param {Workbench} workbench @returns {Column} */
function insideColumn(workbench) {
  const { data } = workbench;
  const ranged = data.params.flatMap((param) => {
    const range = workbench.guidanceOf(param.name)?.promising;
    return range ? [{ param, range }] : [];
  });
  const missed = countMissed(
    ranged.map(({ range }) => range),
    ranged.map(({ param }) => param.values),
    data.n,
  );
  const misses = (/** @type {number} */ row) =>
    ranged.filter(({ param, range }) => countMissed([range], [[param.values[row]]], 1)[0]);
  return {
    id: 'inside',
    title: 'ranges',
    group: 'guidance',
    width: 116,
    isDefault: ranged.length > 0,
    text: (row) => {
      if (!ranged.length) return '';
      if (!missed[row]) return 'in';
      return `out: ${misses(row)
        .map(({ param }) => cut(param.name, 40))
        .join(', ')}`;
    },
    number: null,
    keys: () => missed,
    note: 'in all promising ranges, or which parameters lie outside',
  };
}

/** @param {string} id @param {string} group @param {Label} label @param {boolean} isDefault @returns {Column} */
function labelled(id, group, { name, labels, codes }, isDefault) {
  return {
    id,
    title: name,
    group,
    width: widthOf(name, 84),
    isDefault,
    text: (row) => labels[codes[row]] ?? '',
    number: null,
    keys: () => labelKeys(labels, codes),
  };
}

/**
 * @param {string} id
 * @param {string} group
 * @param {ArrayLike<number>} values
 * @param {boolean} isDefault
 * @returns {Column}
 */
function counted(id, group, values, isDefault, title = id) {
  const isKnown = (/** @type {number} */ v) => (id === 'last_value' ? !Number.isNaN(v) : v >= 0);
  const own = (/** @type {number} */ row) => (isKnown(values[row]) ? values[row] : NaN);
  return {
    id,
    title,
    group,
    width: widthOf(title, 70),
    isDefault,
    text: (row) =>
      Number.isNaN(own(row)) ? '' : id === 'last_value' ? number(own(row), 5) : integer(own(row)),
    number: own,
    keys: () => Float64Array.from({ length: values.length }, (_, row) => own(row)),
  };
}

/** @param {string} id @param {Column['picture']} kind @param {number} width @returns {Column} */
function picture(id, kind, width) {
  return {
    id,
    title: id,
    group: 'trial',
    width,
    isDefault: true,
    text: () => '',
    number: null,
    keys: null,
    picture: kind,
  };
}

/** @param {ArrayLike<number>} codes */
function varies(codes) {
  for (let i = 1; i < codes.length; i += 1) if (codes[i] !== codes[0]) return true;
  return false;
}

/** What the longest of the first numbers takes. @param {ArrayLike<number>} values @param {(value: number) => string} format */
function roomFor(values, format) {
  let most = 0;
  for (let row = 0; row < Math.min(values.length, MEASURED); row += 1)
    if (!Number.isNaN(values[row])) most = Math.max(most, format(values[row]).length);
  return most * LETTER + 20;
}

/** @param {string} title @param {number} least */
function widthOf(title, least) {
  return Math.min(Math.max(least, title.length * LETTER + 30), 170);
}
