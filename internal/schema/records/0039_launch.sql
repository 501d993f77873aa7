-- app is a program of others that those who manage a practice made known.
CREATE TABLE app (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- operations
	id          TEXT   NOT NULL, -- UUIDv7; what the app calls itself by
	made_at     BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL, -- 0 unless it was withdrawn
	sealed      BYTEA  NOT NULL, -- its name, where it is sent on to, what it may ask for
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- launch is an app that somebody let in. It was given a code; with that it comes for
-- tokens, and, if it may come again, with a token for that, which each time is another.
CREATE TABLE launch (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person in whose name
	id          TEXT   NOT NULL, -- UUIDv7
	app         TEXT   NOT NULL,
	state       TEXT   NOT NULL, -- asked, open, ended
	scopes      TEXT   NOT NULL, -- with spaces between
	of_person   TEXT   NOT NULL, -- whom it is about; empty: whomever the person may see
	code        BYTEA  NOT NULL, -- keyed mark of the code
	code_until  BIGINT NOT NULL,
	family      BYTEA  NOT NULL, -- keyed mark of what all its tokens for coming again share
	newest      BYTEA  NOT NULL, -- keyed mark of the newest of them
	former      BYTEA  NOT NULL, -- and of the one before
	turned_at   BIGINT NOT NULL, -- when the newest was given
	made_at     BIGINT NOT NULL,
	until       BIGINT NOT NULL,
	used_at     BIGINT NOT NULL, -- when it last came for tokens; 0: never yet
	sealed      BYTEA  NOT NULL, -- its name then, where the code was sent, and what proves that it comes from there
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX launch_code ON launch (practice, code);
CREATE UNIQUE INDEX launch_family ON launch (practice, family);
