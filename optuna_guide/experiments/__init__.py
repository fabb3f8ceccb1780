"""Trials that a person asks for: ablate, vary, craft, watch them run, compare.

After REMAP: D. Cashman, A. Perer, R. Chang, H. Strobelt, "Ablate, Variate, and Contemplate: Visual
Analytics for Discovering Neural Architectures", IEEE TVCG 26 (2020).
"""
