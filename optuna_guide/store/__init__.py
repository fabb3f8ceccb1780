"""What is kept with the study itself, so that every worker and every page sees the same.

Everything lives in system attributes under the prefix ``guide:``. Writing raises `StoreError`
where a storage refuses; reading gives nothing, after one warning. Values that are torn, of another
schema version or from somebody else are never returned: the last good one is.
"""

from optuna_guide.store.attributes import (
    StoreError,
    is_shared,
    read_attributes,
    set_trial_attr,
    write_attribute,
)
from optuna_guide.store.claims import claim_refit, release_refit
from optuna_guide.store.history import VersionSummary, load_history
from optuna_guide.store.regions import RegionEntry, load_region, region_history, save_region
from optuna_guide.store.samplers import record_samplers
from optuna_guide.store.versions import Head, guidance_head, load_guidance, save_guidance

__all__ = [
    "Head",
    "RegionEntry",
    "StoreError",
    "VersionSummary",
    "claim_refit",
    "guidance_head",
    "is_shared",
    "load_guidance",
    "load_history",
    "load_region",
    "read_attributes",
    "record_samplers",
    "region_history",
    "release_refit",
    "save_guidance",
    "save_region",
    "set_trial_attr",
    "write_attribute",
]
