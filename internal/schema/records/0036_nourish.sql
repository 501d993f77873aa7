-- nourish_thing is something that nourishes a client, or wears on them, as they
-- remember it. Each revision is a row: the newest holds.
CREATE TABLE nourish_thing (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- its words, of which kinds it is, what of the log it is, whether it is put away
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- nourish_moment is a day on which such a thing was there, or is planned. The newest
-- revision holds.
CREATE TABLE nourish_moment (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	revision    BIGINT NOT NULL, -- from 1
	day         BIGINT NOT NULL, -- days since 1 January 1970
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- which thing, planned or there or let go, the clock, a line of text
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- nourish_time is time that a client wants to see kept free in their own calendar
-- elsewhere: from and to, and nothing that says for what. Nobody else is shown it.
CREATE TABLE nourish_time (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- of the moment
	revision    BIGINT NOT NULL, -- of the moment, when it was last changed
	starts_at   BIGINT NOT NULL,
	ends_at     BIGINT NOT NULL,
	changed_at  BIGINT NOT NULL,
	off         BIGINT NOT NULL, -- 1: it is kept free no longer
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- nourish_setting is whether the client shows this to those who treat them. The
-- newest revision holds.
CREATE TABLE nourish_setting (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, revision)
) /* CLUSTERED */;
