-- Format 7. Whose base says a text is found without a look at every score.

CREATE INDEX synced_says ON synced (code);
