-- plan is the plan of one client: every revision is a row.
CREATE TABLE plan (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- all of it, and the reason of the revision
	PRIMARY KEY (practice, compartment, revision)
) /* CLUSTERED */;

-- plan_say is what somebody said of a revision: that they sign it, or that
-- something does not fit.
CREATE TABLE plan_say (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form; of a signature: revision and side
	revision    BIGINT NOT NULL, -- of the plan
	kind        TEXT   NOT NULL, -- signed, unfit
	side        TEXT   NOT NULL, -- client, clinician
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- words
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- plan_pace is that somebody went on to a step, or back to an easier one.
CREATE TABLE plan_pace (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- of which problem, to which step, and a word
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- review_word is what one side said beforehand to a review: every wording is a row.
CREATE TABLE review_word (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	nth         BIGINT NOT NULL, -- of the review, from 1
	side        TEXT   NOT NULL, -- client, clinician
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, nth, side, revision)
) /* CLUSTERED */;

-- review is a look back that was held, with everything as it was on that day.
CREATE TABLE review (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	nth         BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, nth)
) /* CLUSTERED */;
