-- token lets a program in, in somebody's name. One that was ended stays as a name for
-- what the log says it did.
CREATE TABLE token (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person in whose name
	id          TEXT   NOT NULL, -- UUIDv7
	mark        BYTEA  NOT NULL, -- keyed mark of the token, which is kept nowhere
	launch      TEXT   NOT NULL, -- of which app that was let in, by its launch; empty: made by hand
	scopes      TEXT   NOT NULL, -- with spaces between
	of_person   TEXT   NOT NULL, -- whom it is about; empty: whomever the person may see
	made_at     BIGINT NOT NULL,
	until       BIGINT NOT NULL,
	used_at     BIGINT NOT NULL, -- 0 until it was, to the hour
	ended_at    BIGINT NOT NULL, -- 0 unless it was ended before it ran out
	sealed      BYTEA  NOT NULL, -- what they call it
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX token_mark ON token (practice, mark);
