-- Format 12. Where scores have their files that are not synced, and were renamed in Plexus since these came or may be: an undo left
-- them there. The catalog last seen does not say it then.

CREATE TABLE unsynced_place (
  score TEXT PRIMARY KEY,
  code_path TEXT NOT NULL,
  guidelines_path TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unsynced_at ON unsynced_place (code_path);

CREATE TRIGGER place_synced AFTER INSERT ON synced
BEGIN DELETE FROM unsynced_place WHERE score = new.score; END;

CREATE TRIGGER unsynced_place_set AFTER INSERT ON unsynced_place BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER unsynced_place_gone AFTER DELETE ON unsynced_place BEGIN DELETE FROM tree_index; END;
