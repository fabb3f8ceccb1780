"""What is kept with the study itself, so that every worker and every page sees the same.

Everything lives in system attributes under the prefix ``guide:``. Writing raises `StoreError`
where a storage refuses; reading gives nothing, after one warning. Values that are torn, of another
schema version or from somebody else are never returned: the last good one is.
"""
