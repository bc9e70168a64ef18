-- Format 2: what Synced said of a score before a run changed its files, so that undoing the run can say it again. All
-- columns from `base` on are null where there was no entry; `after` is the base that the run sets, null if it forgets.

CREATE TABLE synced_before (
  run INTEGER NOT NULL,
  score TEXT NOT NULL,
  after TEXT,
  base TEXT,
  code BLOB,
  code_text BLOB,
  guidelines BLOB,
  guidelines_text BLOB,
  champion TEXT,
  champion_code BLOB,
  champion_code_text BLOB,
  champion_guidelines BLOB,
  champion_guidelines_text BLOB,
  code_path TEXT,
  guidelines_path TEXT,
  PRIMARY KEY (run, score)
) STRICT, WITHOUT ROWID;
