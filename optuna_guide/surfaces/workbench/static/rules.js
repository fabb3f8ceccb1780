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
export const TRUST = { values: 'Reliable', ranks: 'A rough guide', closed: 'Too early to trust' }; // how far predictions go, by its state
export const MINOR = 0.02; // of what is explained: parameters below it are folded
export const CHANCE = 0.05; // false discovery rate
export const T_975 = [12.70620474, 4.30265273, 3.18244631, 2.77644511, 2.57058184, 2.44691185, 2.36462425, 2.30600414, 2.26215716, 2.22813885, 2.20098516, 2.17881283, 2.16036866, 2.14478669, 2.13144955, 2.1199053, 2.10981558, 2.10092204, 2.09302405, 2.08596345, 2.07961384, 2.07387307, 2.06865761, 2.06389856, 2.05953855, 2.05552944, 2.05183052, 2.04840714, 2.04522964, 2.04227246]; // 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom
export const LOG_RATIO = 100; // of largest to smallest value: the axis is logarithmic
export const STILL_IMPROVING = 0.05; // of its gain, in the last quarter
