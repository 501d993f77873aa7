-- What stands beside a course.

-- talk is that a signal was talked about.
CREATE TABLE talk (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- questionnaire, score, signal, day, and what the aid brought
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- life_event is something that happened. A second revision took it off.
CREATE TABLE life_event (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- 1: noted
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- day and words
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- detour is a time in which the work goes another way. Each step is a revision.
CREATE TABLE detour (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	state       TEXT   NOT NULL, -- proposed, open, closed, aside
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- days and words
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- detour_note is a short note on the way.
CREATE TABLE detour_note (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	detour_id   TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- day and words
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
