"""Models that are fitted once for the same trials, where the fit itself is not what is tested.

A fit follows from its sample and seed alone, which `tests/models` holds it to. Surfaces fit the
same trials again for each thing that they show: with `fit_once` all of them read the first fit.
"""

from __future__ import annotations

import copy
import pickle
from collections import OrderedDict

from optuna_guide.models.fitting import Models, fit_models
from optuna_guide.models.sample import Sample

MAX_KEPT = 64

_kept: OrderedDict[bytes, Models] = OrderedDict()


def fit_once(sample: Sample, seed: int | None = None) -> Models:
    """`fit_models`; what was read from the models of the same trials before goes along."""
    seed = sample.seed if seed is None else seed
    fitted = (sample.space, sample.params, sample.values, sample.loss, sample.all_params)
    key = pickle.dumps((*fitted, sample.goal.direction, seed))
    known = _kept.get(key)
    if known is None:
        known = _kept[key] = fit_models(sample, seed)
        while len(_kept) > MAX_KEPT:
            _kept.popitem(last=False)
        return known
    models = copy.copy(known)
    vars(models)["sample"] = sample
    return models
