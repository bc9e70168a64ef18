-- Format 11. The commit that HEAD was then, too: it tells the log of its moves from another one.

DROP TABLE git_position;

CREATE TABLE git_position (
  score TEXT PRIMARY KEY,
  head TEXT NOT NULL,
  moves INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
