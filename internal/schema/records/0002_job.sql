-- job is work for later, put there in the transaction that makes it necessary.
-- A row is deleted when the work is done.
CREATE TABLE job (
	practice    TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- UUIDv7
	name        TEXT   NOT NULL,
	key         TEXT   NOT NULL, -- the same work is not queued twice; the id if it may be
	args        TEXT   NOT NULL, -- ids only, as JSON
	run_at      BIGINT NOT NULL, -- not before
	attempt     BIGINT NOT NULL, -- how many times it was begun
	lease       TEXT   NOT NULL, -- who is at it
	lease_until BIGINT NOT NULL,
	again_at    BIGINT NOT NULL, -- when it is done once more, because it was asked for while somebody was at it; 0: not
	again_args  TEXT   NOT NULL, -- with which args then
	PRIMARY KEY (practice, id),
	UNIQUE (practice, name, key)
) /* CLUSTERED */;
CREATE INDEX job_due ON job (run_at);

-- letter is a message to be sent out, until it is.
CREATE TABLE letter (
	practice    TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- under whose key it is sealed
	made_at     BIGINT NOT NULL,
	sent_at     BIGINT NOT NULL, -- 0 until it was
	sealed      BYTEA  NOT NULL, -- to whom, and what
	PRIMARY KEY (practice, id)
) /* CLUSTERED */;
