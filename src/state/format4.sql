-- Format 4. A status looks only at the scores that can have moved since the last look at all of them.

DROP TABLE picture;

-- The last look at all files; see `model::TreeIndex`. None where it does not hold any more.
CREATE TABLE tree_index (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes BLOB NOT NULL
) STRICT;

-- Scores of which something else is recorded now than when the index was made.
CREATE TABLE moved (
  score TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER synced_set AFTER INSERT ON synced WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (new.score); END;
CREATE TRIGGER synced_changed AFTER UPDATE ON synced WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (new.score); END;
CREATE TRIGGER synced_forgotten AFTER DELETE ON synced WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (old.score); END;

-- Names make paths, and those of other scores with them.
CREATE TRIGGER score_new BEFORE INSERT ON score
WHEN NOT EXISTS (
  SELECT 1 FROM score WHERE id = new.id AND scorecard = new.scorecard AND name = new.name AND external_id = new.external_id
)
BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER score_set AFTER INSERT ON score WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (new.id); END;
CREATE TRIGGER score_changed AFTER UPDATE ON score BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER score_gone AFTER DELETE ON score BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER scorecard_new AFTER INSERT ON scorecard BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER scorecard_changed AFTER UPDATE ON scorecard BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER scorecard_gone AFTER DELETE ON scorecard BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER conflict_set AFTER INSERT ON conflict WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (new.score); END;
CREATE TRIGGER conflict_cleared AFTER DELETE ON conflict WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (old.score); END;
CREATE TRIGGER draft_set AFTER INSERT ON draft WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (new.score); END;
CREATE TRIGGER draft_gone AFTER DELETE ON draft WHEN EXISTS (SELECT 1 FROM tree_index)
BEGIN INSERT OR REPLACE INTO moved VALUES (old.score); END;

-- What the limits of the history are counted over.
CREATE INDEX replaced_kept ON replaced (run) WHERE before IS NOT NULL;
