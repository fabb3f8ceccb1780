/**
 * Which views the page has, in their order: name of the folder by tab.
 *
 * A view exports `title`, `how` (one sentence how to read it), `wide` (it takes the whole row) and
 * `mount(root, workbench)`, which returns `{ update(changes) }`. A view is loaded when its tab is
 * first shown, and updated only while it can be seen.
 */

/** @type {Record<string, string[]>} */
export const TABS = {
  Guide: [
    'verdict',
    'cards',
    'parallel_coordinates',
    'importance',
    'effect',
    'interaction',
    'performance',
    'trade_off',
  ],
  Exploration: ['exploration', 'curves', 'diagnostics', 'guidance_help', 'beside'],
  Combinations: ['combinations', 'trellis'],
  Models: ['trust', 'what_if', 'overview', 'shapes'],
  Experiments: ['experiments'],
  Findings: ['answers', 'findings'],
};

/**
 * Views that show nothing without trials, or without a guidance: there the verdict says what to
 * do, once.
 *
 * @type {Record<string, 'trials' | 'guidance'>}
 */
export const NEEDS = {
  cards: 'trials',
  parallel_coordinates: 'trials',
  importance: 'guidance',
  effect: 'trials',
  interaction: 'guidance',
  performance: 'trials',
  trade_off: 'trials',
  top_findings: 'trials',
  kept: 'trials',
};

/** The view below every tab. */
export const BELOW = 'trials';
/** The view of a trial that is opened. */
export const OPENED = 'trial';

/** Views beside every tab. */
export const ASIDE = ['region', 'top_findings', 'kept'];
