-- flag says that an answer is to be looked at. Each revision is a row: the first
-- raised it, those after it closed it.
CREATE TABLE flag (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- 1: raised
	answer_id   TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- what was answered; or the note with which it was closed
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- flag_notice says who learned of a flag, and when for the first time.
CREATE TABLE flag_notice (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	flag_id     TEXT   NOT NULL,
	kind        TEXT   NOT NULL, -- shown (to the client), told (a letter went), seen
	person_id   TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, flag_id, kind, person_id)
) /* CLUSTERED */;
