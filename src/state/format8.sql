-- Format 8. Who had a place before is found without a look at the whole history.

CREATE INDEX history_at ON synced_before (code_path, score, run) WHERE code_path IS NOT NULL;
