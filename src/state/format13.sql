-- Format 13. Scores whose base had guidelines, and has them no more or is gone: what lies there since is their own.

CREATE TABLE had_guidelines (score TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

INSERT INTO had_guidelines SELECT DISTINCT score FROM synced_before WHERE guidelines IS NOT NULL;
