-- Format 6. What the files said after the last sync, where a pull merged or kept edits beside the base: git brought nothing to
-- files that still say so.

ALTER TABLE synced ADD COLUMN local_code BLOB;
ALTER TABLE synced ADD COLUMN local_code_text BLOB;
ALTER TABLE synced ADD COLUMN local_guidelines BLOB;
ALTER TABLE synced ADD COLUMN local_guidelines_text BLOB;

ALTER TABLE synced_before ADD COLUMN local_code BLOB;
ALTER TABLE synced_before ADD COLUMN local_code_text BLOB;
ALTER TABLE synced_before ADD COLUMN local_guidelines BLOB;
ALTER TABLE synced_before ADD COLUMN local_guidelines_text BLOB;

ALTER TABLE synced_after ADD COLUMN local_code BLOB;
ALTER TABLE synced_after ADD COLUMN local_code_text BLOB;
ALTER TABLE synced_after ADD COLUMN local_guidelines BLOB;
ALTER TABLE synced_after ADD COLUMN local_guidelines_text BLOB;
