/** Means of the target by the options of every parameter, split by two of them. */

import { BOLD, FONT, drawBottomAxis, fitted, rule } from '../chart/axes.js';
import { chooser } from '../chart/controls.js';
import { sameFlags } from '../chart/dots.js';
import { Frame } from '../chart/frame.js';
import { GROUP_COLOURS } from '../chart/groups.js';
import { LEFT, drawRowNames } from '../chart/option_rows.js';
import { byImportance, take } from '../chart/params.js';
import { theme } from '../colours.js';
import { MIN_TRIALS, cellMeans } from '../compute/means.js';
import { oneOption, paramOptions } from '../compute/options.js';
import { drawnReach, limit, summarise } from '../compute/statistics.js';
import { cut, element, replace } from '../dom.js';
import { number, numberAxis } from '../scales.js';
import { paramKey } from '../selection.js';
import { hideTip, showTip } from '../tooltip.js';

/**
 * @typedef {import('../workbench.js').Workbench} Workbench
 * @typedef {import('../data.js').Param} Param
 * @typedef {import('../compute/options.js').Options} Options
 * @typedef {import('../compute/means.js').Means} Means
 *
 * @typedef {{ x: number, y: number, options: Options, codes: [number, number, number],
 *   group: number, isChosen: boolean, at: number }} Dot
 */

export const title = 'Trellis';
export const how =
  'Mean target with its 95 % interval, by the option of the row, the column and the colour; dotted: mean of all trials. Where trials are selected, rings are all of them and dots the selected ones. Click a mean to select its trials.';
export const wide = true;

const MAX_OPTIONS = 4;
const MAX_ROWS = 18;
const ROW = 22; // pixels
const DODGE = 0.56; // of a row, for the colours
const GAP = 18; // pixels between columns

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Trellis(root, workbench);
}

class Trellis {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** Names of the parameters in the columns and the colours; empty: chosen by the guidance. */
    this.wanted = ['', ''];
    this.columns = chooser('Columns', (name) => this.#choose(name, 0));
    this.colours = chooser('Colours', (name) => this.#choose(name, 1));
    this.legend = element('span', { class: 'legend' });
    root.append(
      element('div', { class: 'controls' }, this.columns.node, this.colours.node, this.legend),
    );
    this.frame = new Frame(root, {
      height: 300,
      margin: { left: LEFT, top: 22, right: 12, bottom: 38 },
      label: 'Means of the target by options',
    });
    this.frame.onResize(() => this.#draw());
    this.rows = new Int32Array(0);
    /** @type {Options[]} */
    this.cuts = [];
    /** Columns and colours. @type {[Options, Options]} */
    this.pair = [oneOption('all', 0), oneOption('all', 0)];
    /** @type {Means[]} */
    this.all = [];
    /** @type {Means[]} */
    this.chosen = [];
    /** @type {Dot[]} */
    this.dots = [];
    this.filter = workbench.filter;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('focus') && this.workbench.focus.length === 2)
      this.wanted = [...this.workbench.focus];
    const isNew = ['data', 'target', 'guidance', 'focus'].some((change) => changes.has(change));
    const isFiltered = !sameFlags(this.filter, this.workbench.filter);
    if (isNew || isFiltered) this.#read();
    else if (changes.has('selection')) this.#select();
    if (isNew || isFiltered || ['selection', 'theme'].some((change) => changes.has(change)))
      this.#draw();
  }

  /**
   * @param {string} name
   * @param {number} place
   */
  #choose(name, place) {
    this.wanted = this.wanted.map((old, k) => (k === place ? name : old === name ? '' : old));
    this.#read();
    this.#draw();
  }

  #read() {
    const { workbench } = this;
    this.filter = workbench.filter;
    this.rows = workbench.order.filter((row) => this.filter[row]);
    const params = byImportance(workbench);
    const first =
      params.find(({ name }) => name === this.wanted[0]) ??
      params.find(({ name }) => name !== this.wanted[1]);
    const others = params.filter((param) => param !== first);
    const second =
      others.find(({ name }) => name === this.wanted[1]) ?? this.#partner(others, first);
    const named = (/** @type {Param[]} */ list) =>
      list.map(({ name }) => ({ value: name, text: name }));
    this.columns.set(named(params), first?.name ?? '');
    this.colours.set(named(others), second?.name ?? '');
    this.pair = [this.#cut(first), this.#cut(second)];
    this.cuts = [];
    let n = 0;
    for (const param of others.filter((other) => other !== second)) {
      const options = this.#cut(param);
      if (n + options.labels.length > MAX_ROWS) break;
      n += options.labels.length;
      this.cuts.push(options);
    }
    if (!this.cuts.length) this.cuts = [oneOption('all trials', this.rows.length)];
    const raw = take(workbench.targetColumn.values, this.rows);
    const [low, high] = drawnReach(raw, workbench.maximise);
    this.values = raw.map((v) => limit(v, low, high));
    this.all = this.#means(null);
    this.#select();
    this.frame.height = ROW * Math.max(n, 1) + 62;
    this.frame.fit();
    replace(
      this.legend,
      ...(second
        ? this.pair[1].labels.map((label, k) =>
            element('span', { title: cut(label, 200) }, swatch(k), cut(label, 16)),
          )
        : []),
    );
  }

  /** @param {Param | undefined} param */
  #cut(param) {
    if (!param) return oneOption('all', this.rows.length);
    return paramOptions(param, take(param.values, this.rows), MAX_OPTIONS);
  }

  /**
   * The parameter that interacts most with the first one, else the most important other.
   * @param {Param[]} others
   * @param {Param | undefined} first
   */
  #partner(others, first) {
    /** @type {{ names: string[] }[]} */
    const pairs = this.workbench.guidance?.pairs ?? [];
    for (const { names } of pairs) {
      if (!first || !names.includes(first.name)) continue;
      const found = others.find(({ name }) => name === names[Number(names[0] === first.name)]);
      if (found) return found;
    }
    return others[0];
  }

  #select() {
    const { workbench } = this;
    const flags = Uint8Array.from(this.rows, (row) => workbench.mask[row]);
    this.chosen = workbench.isSelective ? this.#means(flags) : [];
  }

  /** @param {Uint8Array | null} flags */
  #means(flags) {
    const values = this.values ?? new Float64Array(0);
    return this.cuts.map((cutting) =>
      cellMeans(this.pair[0], cutting, this.pair[1], values, flags),
    );
  }

  #draw() {
    const { frame, workbench } = this;
    const context = frame.clear('back');
    frame.clear('over');
    const { ink, mute, line } = theme();
    const { left, top, right, bottom } = frame.box;
    this.dots = [];
    if (!this.rows.length) {
      context.font = FONT;
      context.fillStyle = mute;
      context.fillText('No complete trial passes the filter.', 8, 24);
      frame.clear('front');
      return;
    }
    drawRowNames(context, this.cuts, { top, height: ROW, left, right });
    const values = this.values ?? new Float64Array(0);
    const overall = summarise(values);
    const axis = reachOf([...this.all, ...this.chosen], overall);
    const [columns, colours] = this.pair;
    const n = columns.labels.length;
    const width = (right - left - GAP * (n - 1)) / n;
    const front = frame.clear('front');
    columns.labels.forEach((label, c) => {
      const box = {
        left: left + c * (width + GAP),
        top,
        right: left + c * (width + GAP) + width,
        bottom,
      };
      context.font = BOLD;
      context.fillStyle = ink;
      context.textAlign = 'left';
      context.textBaseline = 'bottom';
      context.fillText(fitted(context, label, width), box.left, top - 5);
      drawBottomAxis(context, box, axis, { room: 36 });
      rule(context, line, box.left + 0.5, top, box.left + 0.5, bottom);
      const middle = box.left + axis.toUnit(overall.mean) * width;
      context.setLineDash([2, 3]);
      rule(context, mute, middle, top, middle, bottom);
      context.setLineDash([]);
      let y = top;
      this.cuts.forEach((options, g) => {
        options.labels.forEach((_, r) => {
          colours.labels.forEach((_colour, k) => {
            const place = y + ROW * (0.5 + DODGE * ((k + 0.5) / colours.labels.length - 0.5));
            const at = (c * options.labels.length + r) * colours.labels.length + k;
            const draw = (/** @type {Means} */ means, /** @type {boolean} */ isChosen) => {
              if (Number.isNaN(means.mean[at])) return;
              const x = drawMean(
                front,
                box,
                axis,
                means,
                at,
                place,
                GROUP_COLOURS[k % GROUP_COLOURS.length],
                isChosen,
                workbench.isSelective,
              );
              this.dots.push({ x, y: place, options, codes: [c, r, k], group: g, isChosen, at });
            };
            draw(this.all[g], false);
            if (this.chosen[g]) draw(this.chosen[g], true);
          });
          y += ROW;
        });
      });
    });
    context.font = FONT;
    context.fillStyle = mute;
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillText(
      fitted(context, `mean ${workbench.targetColumn.name}`, LEFT - 10),
      4,
      frame.height - 18,
    );
    context.fillText(
      fitted(context, `from ${MIN_TRIALS} trials on`, LEFT - 10),
      4,
      frame.height - 4,
    );
  }

  #listen() {
    const { node } = this.frame;
    const find = (/** @type {MouseEvent} */ event) => {
      const at = this.frame.at(event);
      let [best, least] = [/** @type {Dot | null} */ (null), 144];
      for (const dot of this.dots) {
        const distance = (dot.x - at.x) ** 2 + 4 * (dot.y - at.y) ** 2;
        if (distance <= least) [best, least] = [dot, distance];
      }
      return best;
    };
    node.addEventListener('pointermove', (event) => {
      const dot = find(event);
      const over = this.frame.clear('over');
      node.style.cursor = dot ? 'pointer' : '';
      if (!dot) {
        hideTip();
        return;
      }
      over.strokeStyle = theme().hover;
      over.lineWidth = 1.5;
      over.beginPath();
      over.arc(dot.x, dot.y, 6.5, 0, 7);
      over.stroke();
      this.#tell(dot, event);
    });
    node.addEventListener('pointerleave', () => {
      this.frame.clear('over');
      hideTip();
    });
    node.addEventListener('click', (event) => {
      const dot = find(event);
      if (dot) this.#pick(dot);
    });
  }

  /**
   * @param {Dot} dot
   * @param {PointerEvent} event
   */
  #tell({ options, codes, group, isChosen, at }, event) {
    const means = (isChosen ? this.chosen : this.all)[group];
    const words = this.#parts(options, codes).map(([cutting, k]) =>
      element(
        'tr',
        {},
        element('td', { text: cut(cutting.name, 26) }),
        element('td', { text: cut(cutting.labels[k], 26) }),
      ),
    );
    showTip(
      event.clientX,
      event.clientY,
      element('b', { text: `${number(means.mean[at])} ± ${number(means.half[at], 2)}` }),
      element('span', {
        class: 'mute',
        text: ` mean of ${means.n[at]} ${isChosen ? 'selected ' : ''}trials`,
      }),
      element('table', {}, ...words),
    );
  }

  /**
   * Options that make up a cell, without those that all trials have.
   * @param {Options} options
   * @param {[number, number, number]} codes
   * @returns {[Options, number][]}
   */
  #parts(options, [column, row, colour]) {
    /** @type {[Options, number][]} */
    const parts = [
      [this.pair[0], column],
      [this.pair[1], colour],
      [options, row],
    ];
    return parts.filter(([{ name, brushes }]) => name !== '' || brushes.length);
  }

  /** @param {Dot} dot */
  #pick({ options, codes }) {
    const brushes = new Map(this.workbench.brushes);
    for (const [cutting, k] of this.#parts(options, codes)) {
      brushes.set(paramKey(cutting.name), cutting.brushes[k]);
    }
    this.workbench.select({ brushes }, 'a mean of the trellis');
  }
}

/**
 * Range of all intervals, within that of the trials.
 * @param {Means[]} found
 * @param {import('../compute/statistics.js').Summary} overall
 */
function reachOf(found, overall) {
  let [low, high] = [overall.mean, overall.mean];
  for (const { mean, half } of found) {
    mean.forEach((m, i) => {
      if (Number.isNaN(m)) return;
      low = Math.min(low, m - half[i]);
      high = Math.max(high, m + half[i]);
    });
  }
  [low, high] = [Math.max(low, overall.low), Math.min(high, overall.high)];
  const room = 0.06 * (high - low) || 0.05 * Math.max(Math.abs(high), 1e-12);
  return numberAxis(low - room, high + room);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import('../chart/frame.js').Box} box
 * @param {import('../scales.js').Axis} axis
 * @param {Means} means
 * @param {number} at
 * @param {number} y
 * @param {string} colour
 * @param {boolean} isChosen
 * @param {boolean} isSelective
 * @returns {number}
 */
function drawMean(context, box, axis, means, at, y, colour, isChosen, isSelective) {
  const place = (/** @type {number} */ v) => box.left + axis.toUnit(v) * (box.right - box.left);
  const isPale = isSelective && !isChosen;
  const x = place(means.mean[at]);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.3;
  context.globalAlpha = isPale ? 0.45 : 1;
  context.beginPath();
  context.moveTo(place(means.mean[at] - means.half[at]), y);
  context.lineTo(place(means.mean[at] + means.half[at]), y);
  context.stroke();
  context.beginPath();
  context.arc(x, y, 3, 0, 7);
  if (isPale) {
    context.globalAlpha = 1;
    context.fillStyle = theme().card;
    context.fill();
    context.globalAlpha = 0.6;
    context.stroke();
  } else context.fill();
  context.globalAlpha = 1;
  return x;
}

/** @param {number} k */
function swatch(k) {
  const mark = element('i', { class: 'swatch' });
  mark.style.background = GROUP_COLOURS[k % GROUP_COLOURS.length];
  return mark;
}
