-- Format 9. What the code of bases said before: it stays a text of its score, also once the history has no run that tells it.

CREATE TABLE said_before (
  code BLOB NOT NULL,
  score TEXT NOT NULL,
  UNIQUE (code, score)
);
