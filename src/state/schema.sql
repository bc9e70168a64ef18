-- Format 1. Digests are SHA-256, 32 bytes. Times are microseconds since 1970, in `file` nanoseconds.
-- A document is two columns: the digest of its canonical form, and where its text is known, the digest of that in `blob`.

CREATE TABLE origin (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  endpoint TEXT NOT NULL,
  account_key TEXT NOT NULL,
  account_id TEXT NOT NULL,
  account_name TEXT NOT NULL
) STRICT;

-- Counts the transactions, so that what was derived from the state can tell whether it still holds.
CREATE TABLE generation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL
) STRICT;
INSERT INTO generation VALUES (1, 0);

CREATE TABLE picture (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE blob (
  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE synced (
  score TEXT PRIMARY KEY,
  base TEXT NOT NULL,
  code BLOB NOT NULL,
  code_text BLOB,
  guidelines BLOB,
  guidelines_text BLOB,
  champion TEXT,
  champion_code BLOB,
  champion_code_text BLOB,
  champion_guidelines BLOB,
  champion_guidelines_text BLOB,
  code_path TEXT NOT NULL,
  guidelines_path TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (
  score TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  docs INTEGER NOT NULL,
  theirs TEXT NOT NULL,
  theirs_code BLOB NOT NULL,
  theirs_code_text BLOB,
  theirs_guidelines BLOB,
  theirs_guidelines_text BLOB,
  base TEXT,
  base_code BLOB,
  base_code_text BLOB,
  base_guidelines BLOB,
  base_guidelines_text BLOB,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  read_at INTEGER NOT NULL,
  raw BLOB NOT NULL,
  canonical BLOB NOT NULL,
  style INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scorecard (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  external_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE score (
  id TEXT PRIMARY KEY,
  scorecard TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  external_id TEXT NOT NULL,
  champion TEXT,
  disabled INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE intent (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  score TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at INTEGER NOT NULL,
  command TEXT NOT NULL
) STRICT;

CREATE TABLE replaced (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  path TEXT NOT NULL,
  before BLOB,
  after BLOB,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX replaced_by_run ON replaced (run);

-- What Synced said of a score before a run changed its files, so that undoing the run can say it again. All
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
