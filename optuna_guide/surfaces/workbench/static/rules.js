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
export const T_975 = [12.706204736, 4.30265273, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135, 2.262157163, 2.228138852, 2.20098516, 2.17881283, 2.160368656, 2.144786688, 2.131449546, 2.119905299, 2.109815578, 2.10092204, 2.093024054, 2.085963447, 2.079613845, 2.073873068, 2.06865761, 2.063898562, 2.059538553, 2.055529439, 2.051830516, 2.048407142, 2.045229642, 2.042272456]; // 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom
export const LOG_RATIO = 100; // of largest to smallest value: the axis is logarithmic
export const STILL_IMPROVING = 0.05; // of its gain, in the last quarter
export const MIN_IMPORTANCE = 0.02; // below, curves are too flat to agree
