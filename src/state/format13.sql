-- Format 13. Scores whose guidelines are their own, whatever they are: under an earlier base they had some, or nothing lay there. So are
-- those of all that is synced by now: how they came there nobody wrote down.

CREATE TABLE owns_guidelines (score TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

INSERT INTO owns_guidelines SELECT score FROM synced;
