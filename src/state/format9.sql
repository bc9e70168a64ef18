-- Format 9. What the code of bases said before: it stays a text of its score, also once the history has no run that tells it.

CREATE TABLE said_before (
  code BLOB NOT NULL,
  score TEXT NOT NULL,
  UNIQUE (code, score)
) STRICT;

INSERT OR IGNORE INTO said_before (code, score)
  SELECT code, score FROM synced_before WHERE code IS NOT NULL ORDER BY run;

-- Edits that it calls known were not compared with what is known now.
DELETE FROM tree_index;
