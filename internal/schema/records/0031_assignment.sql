-- assignment is one turn of something that a client and those who treat them agree to
-- practise: that it was suggested, agreed to, changed, postponed, let go. Nothing is
-- overwritten; the newest revision says how it stands.
CREATE TABLE assignment (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	revision    BIGINT NOT NULL, -- from 1
	turn        TEXT   NOT NULL, -- suggest, agree, adapt, smaller, postpone, decline, let-go, withdraw, rate, not-rate
	state       TEXT   NOT NULL, -- how it stands since then: suggested, agreed, postponed, declined, let-go, withdrawn
	side        TEXT   NOT NULL, -- client, clinician
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- what it is, where the turn says so
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- assignment_log is one time that the client practised, or did not. There is no column
-- for when: what the client lets be kept of that is sealed.
CREATE TABLE assignment_log (
	practice      TEXT   NOT NULL,
	compartment   TEXT   NOT NULL,
	id            TEXT   NOT NULL, -- came with the form
	n             BIGINT NOT NULL, -- from 1 in the record, in the order of arrival
	assignment_id TEXT   NOT NULL,
	revision      BIGINT NOT NULL, -- from 1; only the newest is kept
	since_at      BIGINT NOT NULL, -- when the last session before it began; 0: there was none
	state         TEXT   NOT NULL, -- kept, dropped
	mine          BIGINT NOT NULL, -- 1: the words are the client's alone
	sealed        BYTEA  NOT NULL, -- how it went, and the day or week
	sealed_words  BYTEA  NOT NULL, -- what was written down; none: it was taken back
	PRIMARY KEY (practice, compartment, id)
);
CREATE UNIQUE INDEX assignment_log_n ON assignment_log (practice, compartment, n);

-- assignment_answer is the line of those who treat the client beside a log.
CREATE TABLE assignment_answer (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	log_id      TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1; only the newest is kept
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, log_id)
) /* CLUSTERED */;

-- assignment_low is the last day on which the client wanted the smallest step only.
CREATE TABLE assignment_low (
	practice    TEXT  NOT NULL,
	compartment TEXT  NOT NULL,
	sealed      BYTEA NOT NULL, -- which day that is; none: none
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;
