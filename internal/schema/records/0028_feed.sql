-- feed_address is a secret address at which somebody's own appointments can be
-- read by a calendar, without names. Deleting a row ends it.
CREATE TABLE feed_address (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	id          TEXT   NOT NULL, -- UUIDv7
	mark        BYTEA  NOT NULL, -- keyed mark of the address, which is kept nowhere
	made_at     BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- what they call it
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX feed_address_mark ON feed_address (practice, mark);

-- app_password lets a calendar program in to a clinician's own calendar, and to
-- nothing else. Deleting a row ends it.
CREATE TABLE app_password (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	id          TEXT   NOT NULL, -- UUIDv7
	mark        BYTEA  NOT NULL, -- keyed mark of the password, which is kept nowhere
	made_at     BIGINT NOT NULL,
	used_at     BIGINT NOT NULL, -- 0 until it was, to the hour
	sealed      BYTEA  NOT NULL, -- what they call it
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX app_password_mark ON app_password (practice, mark);

-- busy_source is a calendar elsewhere of which only from and to are read.
CREATE TABLE busy_source (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	id          TEXT   NOT NULL, -- UUIDv7
	made_at     BIGINT NOT NULL,
	tried_at    BIGINT NOT NULL, -- 0 until it was
	read_at     BIGINT NOT NULL, -- 0 until it worked
	next_at     BIGINT NOT NULL, -- when it is tried next
	failures    BIGINT NOT NULL, -- in a row
	reason      TEXT   NOT NULL, -- a word for why it failed last, empty if it did not
	sealed      BYTEA  NOT NULL, -- its address, and what they call it
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- busy_block is a time that a clinician put into their own calendar by a calendar
-- program.
CREATE TABLE busy_block (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	mark        BYTEA  NOT NULL, -- keyed mark of the name that their program gave it
	revision    BIGINT NOT NULL, -- counts the changes of one block
	made_at     BIGINT NOT NULL,
	changed_at  BIGINT NOT NULL,
	worked_at   BIGINT NOT NULL, -- when it was last worked out when it comes again
	sealed      BYTEA  NOT NULL, -- its name and what their program wrote
	PRIMARY KEY (practice, compartment, mark)
) /* CLUSTERED */;

-- busy_time is when a clinician is busy with what Waymark does not know: from and
-- to, of a source or of a block.
CREATE TABLE busy_time (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	origin      TEXT   NOT NULL, -- id of the source, or mark of the block in hexadecimal
	starts_at   BIGINT NOT NULL,
	ends_at     BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, origin, starts_at, ends_at)
) /* CLUSTERED */;
CREATE INDEX busy_time_by_end ON busy_time (practice, compartment, ends_at);
