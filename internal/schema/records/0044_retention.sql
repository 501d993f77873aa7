-- retention_rule is for how long a practice keeps records: every revision.
CREATE TABLE retention_rule (
	practice TEXT   NOT NULL,
	revision BIGINT NOT NULL, -- from 1
	years    BIGINT NOT NULL, -- after the last contact
	until    BIGINT NOT NULL, -- of somebody who was under age then: until at least this age; 0: no such rule
	made_at  BIGINT NOT NULL,
	by_id    TEXT   NOT NULL,
	sealed   BYTEA  NOT NULL, -- why it is shorter than the law of the country has it, if it is
	PRIMARY KEY (practice, revision)
) /* CLUSTERED */;

-- What ends a record lies in the compartment of the name, and never in the clinical
-- one: so a manager reads it, and with it nothing else.

-- closing is that a record was closed when the work was over, or opened again: every
-- revision.
CREATE TABLE closing (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	id          TEXT   NOT NULL, -- came with the form
	state       TEXT   NOT NULL, -- closed, open
	minor       BIGINT NOT NULL, -- 1: a day of birth was given, because they were under age
	made_at     BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- the day of birth
	PRIMARY KEY (practice, compartment, revision)
) /* CLUSTERED */;

-- record_hold is a reason for which a record is not erased, however old it is.
CREATE TABLE record_hold (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	made_at     BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	released_at BIGINT NOT NULL, -- 0 while it holds
	released_by TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- the reason
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- erasure_wish is that a client asks for their record to be erased, and what the
-- practice answered.
CREATE TABLE erasure_wish (
	practice      TEXT   NOT NULL,
	compartment   TEXT   NOT NULL,
	id            TEXT   NOT NULL, -- came with the form
	state         TEXT   NOT NULL, -- asked, withdrawn, answered
	made_at       BIGINT NOT NULL,
	ended_at      BIGINT NOT NULL, -- withdrawn or answered; 0 before
	by_id         TEXT   NOT NULL, -- who answered
	sealed        BYTEA  NOT NULL, -- what they wrote
	sealed_answer BYTEA  NOT NULL, -- empty before
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- Of one person one wish waits at a time.
CREATE UNIQUE INDEX erasure_wish_open ON erasure_wish (practice, compartment) WHERE state = 'asked';

-- erasure is that a record was erased: ids and numbers, which stay. It has no
-- compartment, for that is gone.
CREATE TABLE erasure (
	practice  TEXT   NOT NULL,
	id        TEXT   NOT NULL, -- came with the form
	client_id TEXT   NOT NULL,
	reason    TEXT   NOT NULL, -- rule, wish, other, operator, restored
	made_at   BIGINT NOT NULL,
	by_id     TEXT   NOT NULL,
	facts     TEXT   NOT NULL, -- JSON: records, numbers of rows, fingerprints of keys, tables
	statement TEXT   NOT NULL, -- what is certified; empty until the keys are destroyed
	sealed    BYTEA  NOT NULL, -- words on why it was before its time, under the key of the practice
	PRIMARY KEY (practice, id)
) /* CLUSTERED */;
