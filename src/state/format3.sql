-- Format 3. Drafts of others that the dashboard told of, for a status that does not ask for them.

-- `versions` is a JSON list, the newest first; `champion` was champion when they were read.
CREATE TABLE draft (
  score TEXT PRIMARY KEY,
  read_at INTEGER NOT NULL,
  champion TEXT,
  versions TEXT NOT NULL
) STRICT, WITHOUT ROWID;
