-- Format 10. Where git was when a base was recorded: what it brought since is told from what it had then.

CREATE TABLE git_position (
  score TEXT PRIMARY KEY,
  moves INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
