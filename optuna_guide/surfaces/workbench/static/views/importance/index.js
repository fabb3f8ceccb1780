/** Which parameters and pairs matter: a matrix of dots with bars, sorted. */

import { onResize } from '../../chart/canvas.js';
import { chooser } from '../../chart/controls.js';
import { button, cut, element, replace, svg } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';
import { missing } from '../../shell/missing.js';
import { DOT, HEAD, ROW, drawHead, drawRow } from './drawing.js';
import { MINOR } from '../../rules.js';
import { MEASURES, rowsOf } from './rows.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./rows.js').Row} Row
 */

export const title = 'Importance and interactions';
export const how =
  'Share of what is explained; a click shows the effect. Half of a pair counts for each of its two; bars are the shorter the less is explained at all. Tick squares for several together.';

const MOST_COLUMNS = 9;
const MOST_ROWS = 12;
const FEWEST_ROWS = 3; // that are not folded, however little they matter
const NUMBER = 42; // pixels for the number beside a bar

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Importance(root, workbench);
}

class Importance {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.measure = 'importance';
    this.showsAll = false;
    /** The rows as they stand. @type {{ measure: string, keys: string[] }} */
    this.held = { measure: '', keys: [] };
    /** Parameters whose importance together is told. @type {string[]} */
    this.chosen = [];
    const select = chooser('Measure', (measure) => {
      this.measure = measure;
      this.#draw();
    });
    select.set(
      Object.entries(MEASURES).map(([value, { text }]) => ({ value, text })),
      this.measure,
    );
    this.plot = element('div');
    this.foot = element('p', { class: 'foot', 'aria-live': 'polite' });
    root.append(element('div', { class: 'controls' }, select.node), this.plot, this.foot);
    onResize(root, () => this.#draw());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('target')) this.chosen = [];
    if (['guidance', 'target', 'focus'].some((change) => changes.has(change))) this.#draw();
  }

  #draw() {
    const { guidance, showGuidance } = this.workbench;
    if (!guidance || !showGuidance) {
      replace(this.plot, missing(this.workbench));
      this.foot.textContent = '';
      return;
    }
    const found = this.#inPlace(rowsOf(guidance, this.measure));
    const shown = this.showsAll ? found : found.filter(({ value }, r) => r < FEWEST_ROWS || (r < MOST_ROWS && value >= MINOR));
    const nFolded = found.length - shown.length;
    const inRows = new Set(shown.flatMap(({ names }) => names));
    const columns = this.workbench.ranking
      .filter((name) => inRows.has(name))
      .slice(0, MOST_COLUMNS);
    const turn = () => {
      this.showsAll = !this.showsAll;
      this.#draw();
    };
    const words = this.showsAll ? 'Show fewer' : `Show ${nFolded} more`;
    replace(
      this.plot,
      this.#drawMatrix(shown, columns),
      (nFolded > 0 || this.showsAll) && button(words, turn, { class: 'quiet more' }),
    );
    if (this.chosen.length < 2) this.#drawFoot();
  }

  /** Rows where they were, as long as somebody is at work among the trials. @param {Row[]} rows */
  #inPlace(rows) {
    const keyOf = (/** @type {Row} */ { names }) => JSON.stringify(names);
    const places = new Map(this.held.keys.map((key, i) => [key, i]));
    const isHeld = this.workbench.isBusy && this.held.measure === this.measure;
    const placeOf = (/** @type {Row} */ row) => places.get(keyOf(row)) ?? places.size;
    if (isHeld) rows.sort((a, b) => placeOf(a) - placeOf(b));
    this.held = { measure: this.measure, keys: rows.map(keyOf) };
    return rows;
  }

  /**
   * @param {Row[]} rows
   * @param {string[]} columns
   */
  #drawMatrix(rows, columns) {
    const { focus, guidance } = this.workbench;
    const explained = Math.max(1 - (guidance?.unexplained ?? 0), 0);
    const width = Math.max(this.plot.clientWidth, 240);
    const left = columns.length * DOT + 8;
    const largest = Math.max(...rows.map(({ value, spread }) => value + spread), 1e-9);
    const length = (/** @type {number} */ v) => (v / largest) * explained * (width - left - NUMBER);
    const heads = columns.map((name, i) =>
      drawHead(name, i, {
        isChosen: this.chosen.includes(name),
        isFocused: focus.includes(name),
        toggle: () => this.#toggle(name),
      }),
    );
    const bars = rows.map((row, r) => {
      const isFocused = JSON.stringify(row.names) === JSON.stringify(focus);
      const open = () => this.workbench.setFocus(isFocused ? [] : row.names);
      return drawRow(row, r, { columns, width, left, length }, { isFocused, open });
    });
    const height = HEAD + rows.length * ROW + 4;
    const about = { width, height, class: 'upset', role: 'group', 'aria-label': title };
    return svg('svg', about, ...heads, ...bars);
  }

  /** @param {string} name */
  #toggle(name) {
    const { chosen } = this;
    this.chosen = chosen.includes(name) ? chosen.filter((n) => n !== name) : [...chosen, name];
    this.#draw();
    this.#ask();
  }

  /** What the chosen parameters explain together. */
  async #ask() {
    const { workbench, chosen: names } = this;
    if (names.length < 2) {
      this.#drawFoot();
      return;
    }
    const params = JSON.stringify(names);
    let words;
    try {
      const answer = await workbench.api.get('subset', { target: workbench.asked, params });
      const list = names.map((name) => cut(name, 20)).join(', ');
      words =
        answer.state === 'ready'
          ? `Together, ${list} explain ${percent(answer.share)} of the variance; the sum of each alone is ${percent(answer.alone)}.`
          : answer.reason;
    } catch (error) {
      words = String(/** @type {Error} */ (error).message);
    }
    if (names === this.chosen) this.foot.textContent = words;
  }

  #drawFoot() {
    const { guidance, showGuidance } = this.workbench;
    this.foot.textContent =
      guidance && ['importance', 'variance'].includes(this.measure) && showGuidance
        ? `${percent(guidance.unexplained)} of the variance is not explained. Only what unseen trials confirm is counted.`
        : '';
  }
}
