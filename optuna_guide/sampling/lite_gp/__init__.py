"""A Gaussian process sampler without torch that models conditional search spaces."""

from optuna_guide.sampling.lite_gp.earlier import EarlierStudy
from optuna_guide.sampling.lite_gp.prior import Prior
from optuna_guide.sampling.lite_gp.sampler import LiteGPSampler

__all__ = ["EarlierStudy", "LiteGPSampler", "Prior"]
