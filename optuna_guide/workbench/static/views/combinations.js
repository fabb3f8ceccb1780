/** Which options come together: a matrix of all pairs of options of the important parameters. */

import { BOLD, FONT, fitted, rule } from '../chart/axes.js';
import { segments } from '../chart/controls.js';
import { sameFlags } from '../chart/dots.js';
import { Frame } from '../chart/frame.js';
import { LEFT, drawRowNames } from '../chart/option_rows.js';
import { byImportance, take } from '../chart/params.js';
import { theme } from '../colours.js';
import {
  MIN_SUPPORT,
  countPairs,
  lift,
  optionStarts,
  significance,
} from '../compute/combinations.js';
import { paramOptions } from '../compute/options.js';
import { button, cut, element, replace } from '../dom.js';
import { number, percent } from '../scales.js';
import { paramKey } from '../selection.js';
import { hideTip, showTip } from '../tooltip.js';

/**
 * @typedef {import('../workbench.js').Workbench} Workbench
 * @typedef {import('../compute/options.js').Options} Options
 */

export const title = 'Combinations of options';
export const how =
  'How much more (orange) or less (blue) often than average trials of both options are selected. Dot: unlikely by chance; empty: fewer than five trials. Click a cell to select its trials and see the pair in the trellis.';
export const wide = true;

const MAX_BINS = 4;
const MAX_CHOICES = 6;
const MAX_OPTIONS = 28;
const MAX_CELL = 21; // pixels
const BELOW = 92; // room for the names of the columns
const MAX_LIFT = 4; // that the colours tell apart
const TOP_SHARE = 0.1; // selected where nothing else is
const CHANCE = 0.05;
const MAX_LISTED = 5;
const MORE = [217, 130, 0];
const LESS = [43, 111, 176];
const COUNTS = [
  [127, 127, 127, 0.12],
  [91, 155, 208, 1],
  [122, 99, 201, 1],
  [200, 54, 154, 1],
];

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Combinations(root, workbench);
}

class Combinations {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.show = 'lift';
    this.switch = segments(
      'What the colours show',
      [
        { value: 'lift', text: 'Lift' },
        { value: 'count', text: 'Count' },
      ],
      (show) => {
        this.show = show;
        this.#draw();
      },
    );
    this.said = element('span', { class: 'legend' });
    root.append(element('div', { class: 'controls' }, this.switch.node, this.said));
    const drawing = element('div', { class: 'matrix' });
    this.list = element('div', { class: 'pairs' });
    root.append(element('div', { class: 'matrix-and-pairs' }, drawing, this.list));
    this.frame = new Frame(drawing, {
      height: 400,
      margin: { left: LEFT, top: 4, right: 60, bottom: BELOW },
      label: 'Matrix of pairs of options',
    });
    this.frame.onResize(() => this.#fit());
    /** Trials with the target that pass the filter. */
    this.rows = new Int32Array(0);
    /** @type {Options[]} */
    this.shown = [];
    /** @type {Float64Array} */
    this.both = new Float64Array(0);
    /** @type {Float64Array} */
    this.chosen = new Float64Array(0);
    /** @type {Float64Array} */
    this.ratio = new Float64Array(0);
    /** @type {Float64Array} */
    this.q = new Float64Array(0);
    /** Row and column that are pointed at. @type {[number, number] | null} */
    this.cell = null;
    this.filter = workbench.filter;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const { workbench } = this;
    const isNew = ['data', 'target', 'guidance'].some((change) => changes.has(change));
    const isFiltered = !sameFlags(this.filter, workbench.filter);
    if (isNew || isFiltered) this.#read();
    if (isNew || isFiltered || changes.has('selection')) this.#count();
    if (isNew || isFiltered || changes.has('theme')) this.#fit();
    else if (changes.has('selection')) this.#draw();
  }

  #read() {
    const { workbench } = this;
    this.filter = workbench.filter;
    this.rows = workbench.order.filter((row) => this.filter[row]);
    this.shown = [];
    let n = 0;
    for (const param of byImportance(workbench)) {
      const most = param.kind === 'categorical' ? MAX_CHOICES : MAX_BINS;
      const options = paramOptions(param, take(param.values, this.rows), most);
      n += options.labels.length;
      if (n > MAX_OPTIONS) break;
      this.shown.push(options);
    }
    this.both = countPairs(this.shown, null);
  }

  #count() {
    const { workbench, rows } = this;
    const flags = Uint8Array.from(rows, (row) => workbench.mask[row]);
    if (!workbench.isSelective) flags.fill(0).fill(1, 0, Math.ceil(rows.length * TOP_SHARE - 1e-9));
    const n = flags.reduce((sum, flag) => sum + flag, 0);
    this.chosen = countPairs(this.shown, flags);
    this.ratio = lift(this.both, this.chosen, n / Math.max(rows.length, 1));
    this.q = significance(this.both, this.chosen, n, rows.length);
    const name = workbench.isSelective ? '' : ' (the top 10 %)';
    this.#list();
    this.said.textContent = `${n} of ${rows.length} complete trials selected${name}`;
  }

  /** The pairs that are told apart from chance, the strongest first. */
  #list() {
    const n = this.#n;
    const found = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const at = i * n + j;
        if (this.q[at] < CHANCE) found.push({ i, j, at, power: Math.log2(this.ratio[at]) });
      }
    }
    found.sort((a, b) => b.power - a.power || this.both[b.at] - this.both[a.at]);
    const more = found.filter(({ power }) => power > 0).slice(0, MAX_LISTED);
    const less = found
      .filter(({ power }) => power < 0)
      .slice(-MAX_LISTED)
      .reverse();
    const items = [
      ...(more.length ? [element('h3', { text: 'Selected more often' })] : []),
      ...more.map((pair) => this.#item(pair)),
      ...(less.length ? [element('h3', { text: 'Selected less often' })] : []),
      ...less.map((pair) => this.#item(pair)),
    ];
    replace(
      this.list,
      ...(items.length
        ? items
        : [element('p', { class: 'mute', text: 'No pair is told apart from chance.' })]),
    );
  }

  /** @param {{ i: number, j: number, at: number, power: number }} pair */
  #item({ i, j, at, power }) {
    const words = [this.#words(j), this.#words(i)];
    const mark = element('i', { class: 'swatch' });
    mark.style.background = liftColour(power);
    const open = button(
      '',
      () => {
        this.cell = [i, j];
        this.#open();
      },
      { class: 'plain', title: words.join(' × ') },
    );
    open.append(...words.map((word) => element('span', { text: word })));
    const facts = `${number(this.ratio[at], 2)}× · ${this.chosen[at]} of ${this.both[at]}`;
    return element('div', { class: 'pair' }, mark, open, element('small', { text: facts }));
  }

  #fit() {
    const n = this.#n;
    const { left, right } = this.frame.margin;
    const size = n ? Math.min((this.frame.width - left - right) / n, MAX_CELL) : 20;
    this.size = size;
    this.frame.height = Math.round(Math.max(size * n, 60) + BELOW + 6);
    this.frame.fit();
    this.#draw();
  }

  get #n() {
    return optionStarts(this.shown)[this.shown.length];
  }

  #draw() {
    this.switch.set(this.show);
    this.#drawNames();
    this.#drawCells();
  }

  #drawNames() {
    const { frame, shown, cell, size = 20 } = this;
    const context = frame.clear('back');
    const { left, top } = frame.box;
    const { ink, mute, line } = theme();
    const n = this.#n;
    if (!n || !this.rows.length) {
      context.font = FONT;
      context.fillStyle = mute;
      context.fillText('No complete trial passes the filter.', 8, 24);
      return;
    }
    const end = left + n * size;
    drawRowNames(context, shown, { top, height: size, left, right: end, lit: cell?.[0] });
    const words = shown.flatMap(({ labels }) => labels);
    const starts = optionStarts(shown);
    for (const start of starts) {
      const x = Math.round(left + start * size) + 0.5;
      rule(context, line, x, top, x, top + n * size + BELOW - 8);
    }
    context.save();
    context.translate(left, top + n * size + 6);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    words.forEach((word, k) => {
      const isLit = cell?.[1] === k;
      context.font = isLit ? BOLD : FONT;
      context.fillStyle = isLit ? ink : mute;
      context.fillText(fitted(context, word, BELOW - 14), 0, (k + 0.5) * size);
    });
    context.restore();
    this.#drawScale(context, end + 12, top);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} x
   * @param {number} top
   */
  #drawScale(context, x, top) {
    const { mute } = theme();
    const height = 110;
    for (let i = 0; i < height; i++) {
      context.fillStyle =
        this.show === 'lift' ? liftColour(2 * (1 - (2 * i) / height)) : countColour(1 - i / height);
      context.fillRect(x, top + 16 + i, 9, 1.5);
    }
    context.font = FONT;
    context.fillStyle = mute;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(this.show === 'lift' ? 'lift' : 'trials', x, top + 5);
    const ends =
      this.show === 'lift'
        ? ['4×', '2×', '1×', '½×', '¼×']
        : [number(this.#most), '', number(this.#most / 2), '', '0'];
    ends.forEach((word, k) => context.fillText(word, x + 13, top + 16 + (height * k) / 4));
  }

  get #most() {
    return this.chosen.reduce((most, n) => (n > most ? n : most), 1);
  }

  #drawCells() {
    const { frame, both, chosen, ratio, q, size = 20, cell } = this;
    const context = frame.clear('front');
    const { left, top } = frame.box;
    const { ink } = theme();
    const n = this.#n;
    const most = this.#most;
    const gap = size > 8 ? 1 : 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const at = i * n + j;
        const isKnown = this.show === 'lift' ? !Number.isNaN(ratio[at]) : both[at] > 0;
        if (!isKnown) continue;
        const [x, y] = [left + j * size, top + i * size];
        context.fillStyle =
          this.show === 'lift' ? liftColour(Math.log2(ratio[at])) : countColour(chosen[at] / most);
        context.fillRect(x + gap, y + gap, size - gap, size - gap);
        if (q[at] < CHANCE && this.show === 'lift') {
          context.fillStyle = ink;
          const dot = Math.max(size / 12, 1);
          context.fillRect(
            x + (size + gap) / 2 - dot,
            y + (size + gap) / 2 - dot,
            2 * dot,
            2 * dot,
          );
        }
      }
    }
    if (cell) {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(left + cell[1] * size, top + cell[0] * size, size + gap, size + gap);
    }
  }

  #listen() {
    const { node } = this.frame;
    node.addEventListener('pointermove', (event) => {
      const at = this.frame.at(event);
      const { left, top } = this.frame.box;
      const size = this.size ?? 20;
      this.#point(Math.floor((at.y - top) / size), Math.floor((at.x - left) / size));
      if (this.cell) this.#tell(event.clientX, event.clientY);
    });
    node.addEventListener('pointerleave', () => this.#point(-1, -1));
    node.addEventListener('blur', () => this.#point(-1, -1));
    node.addEventListener('click', () => this.#open());
    node.addEventListener('keydown', (event) => {
      const steps = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
      const step = steps[/** @type {keyof typeof steps} */ (event.key)];
      if (step) {
        event.preventDefault();
        const [i, j] = this.cell ?? [0, 0];
        this.#point(Math.max(i + step[0], 0), Math.max(j + step[1], 0), true);
        const { left, top } = node.getBoundingClientRect();
        const size = this.size ?? 20;
        if (this.cell) this.#tell(left + LEFT + this.cell[1] * size, top + this.cell[0] * size);
      } else if (event.key === 'Enter') this.#open();
    });
  }

  /**
   * @param {number} i
   * @param {number} j
   * @param {boolean} [always] Also where there is nothing to tell.
   */
  #point(i, j, always = false) {
    const n = this.#n;
    const isInside = i >= 0 && j >= 0 && i < n && j < n && (always || this.both[i * n + j] > 0);
    const next = isInside ? /** @type {[number, number]} */ ([i, j]) : null;
    if (String(next) === String(this.cell)) return;
    this.cell = next;
    this.frame.node.style.cursor = next ? 'pointer' : '';
    if (!next) hideTip();
    this.#drawNames();
    this.#drawCells();
  }

  /** The option of a row or column. @param {number} at */
  #option(at) {
    const starts = optionStarts(this.shown);
    const p = starts.findLastIndex((start) => start <= at);
    return { options: this.shown[p], k: at - starts[p] };
  }

  /** @param {number} at */
  #words(at) {
    const { options, k } = this.#option(at);
    return `${cut(options.name, 28)} ${cut(options.labels[k], 28)}`;
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #tell(x, y) {
    if (!this.cell) return;
    const [i, j] = this.cell;
    const at = i * this.#n + j;
    const [n, k, ratio, q] = [this.both[at], this.chosen[at], this.ratio[at], this.q[at]];
    const isFew = Number.isNaN(ratio);
    showTip(
      x,
      y,
      element('div', {}, element('b', { text: this.#words(i) })),
      i === j ? null : element('div', {}, element('b', { text: this.#words(j) })),
      Number.isNaN(n)
        ? element('div', { text: 'exclude each other' })
        : element('div', {
            text: `${k} of ${n} trials are selected${n ? ` (${percent(k / n)})` : ''}`,
          }),
      Number.isNaN(n) || isFew
        ? element('small', {
            text: Number.isNaN(n) ? '' : `fewer than ${MIN_SUPPORT} trials: no lift`,
          })
        : element('div', {
            text: `lift ${number(ratio, 3)}× · ${q < CHANCE ? '' : 'may be chance, '}q = ${number(q, 2)}`,
          }),
    );
  }

  /** Select the trials of the cell, and show its parameters in the trellis. */
  #open() {
    if (!this.cell) return;
    const pair = this.cell.map((at) => this.#option(at));
    if (Number.isNaN(this.both[this.cell[0] * this.#n + this.cell[1]])) return;
    const brushes = new Map(this.workbench.brushes);
    for (const { options, k } of pair) brushes.set(paramKey(options.name), options.brushes[k]);
    this.workbench.select({ brushes }, 'a pair of options');
    const names = [...new Set(pair.map(({ options }) => options.name))];
    if (names.length === 2) this.workbench.setFocus(names);
    document
      .getElementById('view-trellis')
      ?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }
}

/**
 * Blue for less, grey for the average, orange for more.
 * @param {number} power Of two.
 */
function liftColour(power) {
  const t = Math.min(Math.abs(power) / Math.log2(MAX_LIFT), 1);
  const end = power < 0 ? LESS : MORE;
  const [r, g, b] = end.map((v) => Math.round(127 + t * (v - 127)));
  return `rgba(${r},${g},${b},${(0.16 + 0.84 * t).toFixed(3)})`;
}

/** @param {number} share */
function countColour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (COUNTS.length - 1);
  const k = Math.min(Math.floor(at), COUNTS.length - 2);
  const mixed = COUNTS[k].map((v, i) => v + (at - k) * (COUNTS[k + 1][i] - v));
  return `rgba(${mixed.slice(0, 3).map(Math.round).join(',')},${mixed[3].toFixed(3)})`;
}
