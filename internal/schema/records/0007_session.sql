-- appointment keeps every revision of a planned meeting; the newest holds.
CREATE TABLE appointment (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	revision     BIGINT NOT NULL, -- 1: planned
	clinician_id TEXT   NOT NULL,
	starts_at    BIGINT NOT NULL,
	ends_at      BIGINT NOT NULL,
	state        TEXT   NOT NULL, -- planned, cancelled
	made_at      BIGINT NOT NULL,
	by_id        TEXT   NOT NULL,
	sealed       BYTEA  NOT NULL, -- where
	PRIMARY KEY (practice, compartment, id, revision)
);
CREATE INDEX appointment_by_clinician ON appointment (practice, clinician_id, ends_at);
