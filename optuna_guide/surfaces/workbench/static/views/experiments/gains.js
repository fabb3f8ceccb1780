/** What the family cost and what it gained: an arrow from each parent to its child. */

import { number } from '../../chart/scales.js';
import { cut, element, svg } from '../../shell/dom.js';
import { moodOf } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {import('../../wire.js').ChildAnswer} Child
 * @typedef {{ x: number, y: number }} Point
 * @typedef {(value: number) => number} Place
 */

const [WIDTH, HEIGHT] = [300, 190];
const MARGIN = { left: 46, right: 14, top: 26, bottom: 36 };
const DIGIT = 6.4; // width of one of a trial's number
const EDGE = 40; // from the right end, where numbers stand left of their dots

/**
 * Nothing where no child ended yet.
 * @param {Bench} bench
 * @param {Family} family
 * @param {Child[]} children
 * @param {string[]} sizes
 */
export function drawGains(bench, family, children, sizes) {
  const known = costs(family, children, sizes);
  const size = known.find((name) => name === bench.across) ?? known[0];
  const places = findPlaces(family, children, size);
  const drawn = children.filter(({ number: n, parent }) => places.has(n) && places.has(parent));
  if (!drawn.length) return null;
  const points = [...places.values()];
  const isLog = size !== undefined;
  const x = axis(
    points.map((p) => p.x),
    MARGIN.left,
    WIDTH - MARGIN.right,
    isLog,
  );
  const y = axis(
    points.map((p) => p.y),
    HEIGHT - MARGIN.bottom,
    MARGIN.top,
    false,
  );
  const across = size ?? 'trial';
  const target = bench.workbench.data.titleOf(family.target);
  const words = `${across} and ${target} of trial ${family.parent} and its children`;
  const isNamed = spread(
    [...places].map(([n, place]) => boxOf(n, x(place.x), y(place.y), n === family.parent)),
  );
  return element(
    'figure',
    { class: 'gains' },
    known.length > 1 && choose(bench, known, across),
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words },
      ...drawAxes(points, x, y, across, target),
      ...drawn.map((child) => {
        const ends = [places.get(child.parent), places.get(child.number)];
        const [from, to] = /** @type {Point[]} */ (ends);
        const arrow = drawArrow([x(from.x), y(from.y)], [x(to.x), y(to.y)]);
        return svg('g', { class: `arrow ${moodOf(child.delta)}` }, ...arrow);
      }),
      ...[...places].map(([n, place], k) =>
        dot(bench, n, x(place.x), y(place.y), n === family.parent, isNamed[k]),
      ),
    ),
  );
}

/**
 * Costs that the parent has; those that are the same for all come last.
 * @param {Family} family
 * @param {Child[]} children
 * @param {string[]} sizes
 */
function costs({ attributes }, children, sizes) {
  const known = sizes.filter((name) => attributes[name] > 0);
  const differs = (/** @type {string} */ name) =>
    children.some((child) => (child.attributes[name] ?? attributes[name]) !== attributes[name]);
  return [...known.filter(differs), ...known.filter((name) => !differs(name))];
}

/** @param {Bench} bench @param {string[]} sizes @param {string} chosen */
function choose(bench, sizes, chosen) {
  const set = () => {
    bench.across = select.value;
    bench.changed('family');
  };
  const options = sizes.map((name) => element('option', { value: name, text: cut(name, 30) }));
  const select = element(
    'select',
    { 'aria-label': 'Cost of the family', on: { change: set } },
    ...options,
  );
  select.value = chosen;
  return element('div', { class: 'mute' }, 'cost: ', select);
}

/**
 * Where the number of a trial stands beside its dot.
 * @param {number} n
 * @param {number} x
 * @param {number} y
 * @param {boolean} isBold
 */
export function boxOf(n, x, y, isBold) {
  const width = String(n).length * DIGIT * (isBold ? 1.15 : 1);
  const left = x > WIDTH - EDGE ? x - 7 - width : x + 7;
  return { left, right: left + width, top: y - 14, bottom: y - 4 };
}

/** Whether each number has room beside those before it. @param {ReturnType<typeof boxOf>[]} boxes */
export function spread(boxes) {
  /** @type {typeof boxes} */
  const named = [];
  return boxes.map((box) => {
    const isFree = named.every(
      (other) =>
        box.right < other.left ||
        other.right < box.left ||
        box.bottom < other.top ||
        other.bottom < box.top,
    );
    if (isFree) named.push(box);
    return isFree;
  });
}

/**
 * Trial to its place, of those that have one.
 * @param {Family} family
 * @param {Child[]} children
 * @param {string | undefined} size
 * @returns {Map<number, Point>}
 */
function findPlaces(family, children, size) {
  const all = [
    { number: family.parent, value: family.value, attributes: family.attributes },
    ...children,
  ];
  const found = new Map();
  for (const { number: n, value, attributes } of all) {
    const x = size === undefined ? n : attributes[size];
    if (value !== null && x !== undefined && (size === undefined || x > 0))
      found.set(n, { x, y: value });
  }
  return found;
}

/** @param {number[]} values @param {number} from @param {number} to @param {boolean} isLog @returns {Place} */
function axis(values, from, to, isLog) {
  const at = isLog ? Math.log : (/** @type {number} */ v) => v;
  const low = at(Math.min(...values));
  const wide = at(Math.max(...values)) - low;
  if (!wide) return () => (from + to) / 2;
  return (value) => from + ((at(value) - low) / wide) * (to - from);
}

/** @param {Point[]} points @param {Place} x @param {Place} y @param {string} across @param {string} target */
function drawAxes(points, x, y, across, target) {
  const ends = (/** @type {number[]} */ values) => [
    ...new Set([Math.min(...values), Math.max(...values)]),
  ];
  const bottom = HEIGHT - MARGIN.bottom + 8;
  const text = (/** @type {string} */ words, /** @type {Record<string, unknown>} */ place) =>
    svg('text', { ...place, text: words });
  return [
    svg('line', { class: 'axis', x1: MARGIN.left - 8, x2: WIDTH - 4, y1: bottom, y2: bottom }),
    svg('line', { class: 'axis', x1: MARGIN.left - 8, x2: MARGIN.left - 8, y1: 4, y2: bottom }),
    ...ends(points.map((p) => p.x)).map((v) =>
      text(number(v, 3), { x: x(v), y: bottom + 11, 'text-anchor': 'middle' }),
    ),
    ...ends(points.map((p) => p.y)).map((v) =>
      text(number(v, 3), { x: MARGIN.left - 11, y: y(v) + 3, 'text-anchor': 'end' }),
    ),
    text(cut(across, 30), {
      x: (MARGIN.left + WIDTH) / 2,
      y: HEIGHT - 4,
      'text-anchor': 'middle',
    }),
    text(cut(target, 24), { x: MARGIN.left - 4, y: 9 }),
  ];
}

/** @param {[number, number]} from @param {[number, number]} to */
function drawArrow(from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length < 9) return [];
  const [ux, uy] = [dx / length, dy / length];
  const [tipX, tipY] = [to[0] - 4 * ux, to[1] - 4 * uy];
  const head = [
    [tipX, tipY],
    [tipX - 6 * ux - 3 * uy, tipY - 6 * uy + 3 * ux],
    [tipX - 6 * ux + 3 * uy, tipY - 6 * uy - 3 * ux],
  ];
  return [
    svg('line', { x1: from[0] + 4 * ux, y1: from[1] + 4 * uy, x2: tipX, y2: tipY }),
    svg('polygon', { points: head.map((p) => p.join(',')).join(' ') }),
  ];
}

/**
 * @param {Bench} bench
 * @param {number} n
 * @param {number} x
 * @param {number} y
 * @param {boolean} isParent
 * @param {boolean} isNamed
 */
function dot({ workbench }, n, x, y, isParent, isNamed) {
  const open = () => workbench.open(workbench.rowOf(n));
  return svg(
    'g',
    { class: isParent ? 'dot parent' : 'dot', on: { click: open } },
    svg('title', { text: `Trial ${n}: click opens it` }),
    svg('circle', { cx: x, cy: y, r: isParent ? 4.5 : 3.5 }),
    isNamed &&
      svg('text', {
        x: x > WIDTH - EDGE ? x - 7 : x + 7,
        y: y - 5,
        'text-anchor': x > WIDTH - EDGE ? 'end' : 'start',
        text: `${n}`,
      }),
  );
}
