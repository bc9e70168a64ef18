-- Format 5. Whose files are at a place is found without a look at every score.

CREATE INDEX synced_at ON synced (code_path);
