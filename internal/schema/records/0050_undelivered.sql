-- Of a letter that was tried in vain it is known since when, so that whoever can do
-- something about it is told.
ALTER TABLE letter ADD COLUMN failed_at BIGINT NOT NULL DEFAULT 0;  -- when it was first tried in vain; 0: it was not
ALTER TABLE letter ADD COLUMN tried_at  BIGINT NOT NULL DEFAULT 0;  -- when it last was
ALTER TABLE letter ADD COLUMN why       TEXT   NOT NULL DEFAULT ''; -- server (none takes it), address (this one is not taken)
ALTER TABLE letter ADD COLUMN kind      TEXT   NOT NULL DEFAULT ''; -- of those that say the same, one that waits is enough; empty: it is like no other
CREATE INDEX letter_undelivered ON letter (failed_at) WHERE failed_at > 0;

-- Which letter holds the link; empty: none does, or it was made before this was kept.
ALTER TABLE invite ADD COLUMN letter TEXT NOT NULL DEFAULT '';
