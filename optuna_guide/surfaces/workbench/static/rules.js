/** Written by optuna_guide/surfaces/workbench/contract.py: change it there. */

export const RUNNING = 0;
export const WAITING = 1;
export const COMPLETE = 2;
export const PRUNED = 3;
export const FAIL = 4;
export const INACTIVE = 'inactive'; // the cell of trials that do not have a parameter
export const NO_CELL = 255; // code of a trial in no cell
export const PARETO_RANK = 'pareto_rank'; // name of the target
export const MIN_SUPPORT = 5; // trials that have both options of a pair
export const PRIOR = 1; // trials, expected and selected, given to every pair
export const MIN_TRIALS = 3; // that a mean is drawn of
export const MEANS_N_IQR = 6; // beyond the quartile of the means, where their axis ends
export const CHANCE = 0.05; // false discovery rate
export const LOG_RATIO = 100; // of largest to smallest value: the axis is logarithmic
export const STILL_IMPROVING = 0.05; // of its gain, in the last quarter
export const MIN_IMPORTANCE = 0.02; // below, curves are too flat to agree
