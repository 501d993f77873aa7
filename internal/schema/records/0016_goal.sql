-- vision is the life that a client wants, in their words: every wording.
CREATE TABLE vision (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, revision)
) /* CLUSTERED */;

-- goal is a goal as it was worded: every wording is a row.
CREATE TABLE goal (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician: who wrote it
	replaces    TEXT   NOT NULL, -- the goal in whose place it stands once both agreed; empty: none
	sealed      BYTEA  NOT NULL, -- words, how both will know, the ends of its scale, and the reason of a change
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- goal_step is what became of a goal: a wording was agreed to, a milestone was
-- set, reached or taken back, it was retired or taken up again.
CREATE TABLE goal_step (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form; of an agreement: goal, revision and side
	goal_id     TEXT   NOT NULL,
	kind        TEXT   NOT NULL, -- signed, retired, reopened, milestone, reached, unreached, dropped
	revision    BIGINT NOT NULL, -- the wording that was agreed to; else 0
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician
	sealed      BYTEA  NOT NULL, -- which milestone, days and words
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- goal_rating is where a client put themself on a goal's scale. Of those for one
-- day the newest counts; the others stay.
CREATE TABLE goal_rating (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	goal_id     TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- day, number, whose word it is
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
