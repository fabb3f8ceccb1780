/** What is known about the pairs of options under a selection. */

import { countPairs, lift, optionStarts, significance } from '../../compute/combinations.js';
import { cut } from '../../shell/dom.js';
import { CHANCE } from '../../rules.js';

/** @typedef {import('../../compute/options.js').Options} Options */

/** All numbers of the matrix; a cell is at `row * n + column`. */
export class Counts {
  /** @param {Options[]} shown Of the same rows, parameter by parameter. */
  constructor(shown) {
    this.shown = shown;
    this.starts = optionStarts(shown);
    /** Options of all parameters. */
    this.n = this.starts[shown.length];
    this.both = countPairs(shown, null);
    this.chosen = this.both;
    this.ratio = this.both;
    this.q = this.both;
    this.most = 1;
  }

  /** @param {Uint8Array} flags Selected rows. */
  select(flags) {
    const n = flags.reduce((sum, flag) => sum + flag, 0);
    this.chosen = countPairs(this.shown, flags);
    this.ratio = lift(this.both, this.chosen, n / Math.max(flags.length, 1));
    this.q = significance(this.both, this.chosen, n, flags.length);
    this.most = this.chosen.reduce((most, count) => (count > most ? count : most), 1);
    return n;
  }

  /** The option of a row or column. @param {number} at */
  option(at) {
    const p = this.starts.findLastIndex((start) => start <= at);
    const options = this.shown[p];
    const k = at - this.starts[p];
    return {
      name: options.name,
      words: `${cut(options.name, 28)} ${cut(options.labels[k], 28)}`,
      brush: options.brushes[k],
    };
  }

  /** Pairs that are told apart from chance, the most lifted first. */
  striking() {
    const found = [];
    for (let i = 0; i < this.n; i++) {
      for (let j = 0; j < i; j++) {
        const at = i * this.n + j;
        if (this.q[at] < CHANCE) found.push({ i, j, at });
      }
    }
    const { ratio, both } = this;
    return found.sort((a, b) => ratio[b.at] - ratio[a.at] || both[b.at] - both[a.at]);
  }
}
