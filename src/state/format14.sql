-- Format 14. Nothing in the catalog brings a score to the tree index, or takes it out, that is gone from Plexus: what was recorded of it
-- comes back with an undo, and is forgotten by a pull. Then an index says the wrong thing of its files.

DELETE FROM tree_index;

CREATE TRIGGER gone_synced AFTER INSERT ON synced
WHEN EXISTS (SELECT 1 FROM tree_index) AND NOT EXISTS (SELECT 1 FROM score WHERE id = new.score)
BEGIN DELETE FROM tree_index; END;
CREATE TRIGGER gone_forgotten AFTER DELETE ON synced
WHEN EXISTS (SELECT 1 FROM tree_index) AND NOT EXISTS (SELECT 1 FROM score WHERE id = old.score)
BEGIN DELETE FROM tree_index; END;
