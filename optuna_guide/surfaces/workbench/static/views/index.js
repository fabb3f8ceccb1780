/**
 * Which views the page has, in their order: name of the folder by tab.
 *
 * A view exports `title`, `how` (one sentence how to read it) and `mount(root, workbench)`, which
 * returns `{ update(changes) }`. A view is loaded when it first comes into sight, and updated only
 * while it can be seen.
 */

/** @type {Record<string, string[]>} */
export const TABS = {
  Guide: [
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

/** Views above the tab of this name, over the whole page. @type {Record<string, string[]>} */
export const LEAD = { Guide: ['verdict', 'cards'] };

/**
 * How a card looks; known before its view is loaded, so that nothing moves when it is. wide: it
 * takes the whole row; half: half of it; bare: it has no frame of its own.
 *
 * @type {Record<string, string>}
 */
export const LOOKS = {
  cards: 'bare',
  parallel_coordinates: 'wide',
  performance: 'half',
  trade_off: 'half',
  exploration: 'wide',
  curves: 'wide',
  diagnostics: 'wide',
  guidance_help: 'wide',
  beside: 'wide',
  combinations: 'wide',
  trellis: 'wide',
  trust: 'half',
  what_if: 'half',
  overview: 'wide',
  shapes: 'wide',
  experiments: 'wide bare',
  answers: 'wide',
  findings: 'wide',
  trials: 'bare',
  trial: 'bare',
};

/** Views that say something of a study without trials; above every tab the verdict says what to do. */
export const WITHOUT_TRIALS = ['verdict', 'trials', 'trial'];

/** Views that are drawn before all parameters are there. */
export const FIRST = ['verdict', 'cards', 'parallel_coordinates'];

/** Views beside all others that are left out where guidance is switched off. */
export const SUGGESTING = ['top_findings'];

/**
 * Views that show nothing without a guidance, a second thing to measure, or guided trials.
 *
 * @type {Record<string, 'guidance' | 'costs' | 'guided'>}
 */
export const NEEDS = {
  importance: 'guidance',
  effect: 'guidance',
  interaction: 'guidance',
  trade_off: 'costs',
  guidance_help: 'guided',
};

/** The view below every tab. */
export const BELOW = 'trials';
/** The view of a trial that is opened. */
export const OPENED = 'trial';

/** Views beside every tab. */
export const ASIDE = ['region', 'top_findings', 'kept'];
/** The tabs that tell in full what stands beside the others. @type {Record<string, string>} */
export const IN_FULL = { top_findings: 'Findings' };
