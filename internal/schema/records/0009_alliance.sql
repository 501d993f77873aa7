-- check_in is what a client said after a session, as it is now. Not wanting to
-- say anything about a session is a row without words.
CREATE TABLE check_in (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form; of a skipped one that of the session
	session_id  TEXT   NOT NULL, -- the appointment; empty if it is about none
	state       TEXT   NOT NULL, -- given, skipped
	at          BIGINT NOT NULL, -- when it was given
	changed_at  BIGINT NOT NULL, -- 0 if it was not
	revision    BIGINT NOT NULL, -- from 1
	seen_rev    BIGINT NOT NULL, -- the newest revision that somebody who treats the client has read; 0: none
	seen_at     BIGINT NOT NULL, -- when the first was read
	seen_by     TEXT   NOT NULL,
	talked_at   BIGINT NOT NULL, -- the day on which it was talked about; 0 until then
	talked_by   TEXT   NOT NULL,
	talked_rev  BIGINT NOT NULL, -- the revision that was talked about
	sealed      BYTEA  NOT NULL, -- answers and words
	PRIMARY KEY (practice, compartment, id)
);

-- There is one about each session, from whichever device.
CREATE UNIQUE INDEX check_in_of_session ON check_in (practice, compartment, session_id) WHERE session_id <> '';

-- What came last, and what came since, is found without reading all of it.
CREATE INDEX check_in_by_time ON check_in (practice, compartment, at);

-- check_in_former is what had been read before it was changed.
CREATE TABLE check_in_former (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	check_in_id TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	at          BIGINT NOT NULL, -- when it was said so
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, check_in_id, revision)
) /* CLUSTERED */;

-- marker is something quiet that the client or a clinician noticed.
CREATE TABLE marker (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician
	just        BIGINT NOT NULL, -- 1: for the client alone
	taken_at    BIGINT NOT NULL, -- when its author took it back; 0 until then
	sealed      BYTEA  NOT NULL, -- word and line
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- marker_words are the practice's own words for markers: every revision.
CREATE TABLE marker_words (
	practice TEXT   NOT NULL,
	revision BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT   NOT NULL,
	sealed   BYTEA  NOT NULL,
	PRIMARY KEY (practice, revision)
) /* CLUSTERED */;
