-- mood_entry is what a client noted of one day. Each revision is a row: the
-- newest holds, and nothing that was noted is overwritten.
CREATE TABLE mood_entry (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	day         BIGINT NOT NULL, -- days since 1 January 1970
	revision    BIGINT NOT NULL, -- from 1
	id          TEXT   NOT NULL, -- of the form that made it
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- values, activities, triggers, a line of text
	PRIMARY KEY (practice, compartment, day, revision)
) /* CLUSTERED */;

-- mood_item is a scale, an activity or a trigger that a client added to their
-- log. The newest revision holds.
CREATE TABLE mood_item (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- what kind, name, the words at its ends, direction, whether it is put away
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- mood_setting is what the client decided of their log: who reads it, and
-- whether they want to be asked when days differ. The newest revision holds.
CREATE TABLE mood_setting (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, revision)
) /* CLUSTERED */;

-- mood_question says that days differed from somebody's usual, and what they
-- made of being asked. The newest revision holds.
CREATE TABLE mood_question (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- 1: asked
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- of which scale and day, the answer, the words
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- mood_offer is a scale that a practice offers for the logs of its clients. The
-- newest revision holds. Its compartment is the practice's own.
CREATE TABLE mood_offer (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- name, the words at its ends, direction, whether it is still offered
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;
