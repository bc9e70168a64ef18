-- Format 2. A run that replaces files says first what it is about to do, so that a later run can finish it.

-- Tells this state from any other one; temporary files bear it.
CREATE TABLE identity (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  word TEXT NOT NULL
) STRICT;
INSERT INTO identity VALUES (1, lower(hex(randomblob(4))));

-- The run that an undo takes back; null for other commands.
ALTER TABLE run ADD COLUMN undoes INTEGER;

-- 1 until a person was told how an undo or a restore ended: asking for it again means the same one till then.
ALTER TABLE run ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;

-- 1 until it is recorded what became of the file; until then `blob` has the bytes of `after` too.
ALTER TABLE replaced ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
CREATE INDEX replaced_pending ON replaced (run) WHERE pending = 1;

-- What Synced is to say of a score once the run has changed its files, until that is recorded. All columns from `base` on
-- are null where the score is to be forgotten.
CREATE TABLE synced_after (
  run INTEGER NOT NULL,
  score TEXT NOT NULL,
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
