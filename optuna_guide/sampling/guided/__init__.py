"""`GuidedSampler`: plan each trial, confine any base sampler, and measure whether that helps."""
