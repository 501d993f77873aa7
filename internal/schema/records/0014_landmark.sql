-- landmark is what stands beside a course: a life event, a detour, or that a
-- signal was talked about. Each revision is a row: the first set it, a later one
-- ended it or took it off.
CREATE TABLE landmark (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- 1: set
	kind        TEXT   NOT NULL, -- event, detour, talk
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- days and words; of a talk also questionnaire and score
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;
