-- asking says when somebody may be reminded of what they are asked. Its
-- compartment is that of the person: when one is to be left alone is theirs, and
-- not clinical.
CREATE TABLE asking (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	state       TEXT   NOT NULL, -- on, off
	look_at     BIGINT NOT NULL, -- when to see next whether there is something to remind of
	sent_at     BIGINT NOT NULL, -- the last reminder; 0: none
	off         BYTEA  NOT NULL, -- by which the link in a reminder is found: a keyed hash
	revision    BIGINT NOT NULL, -- of the quiet hours
	sealed      BYTEA  NOT NULL, -- quiet hours; empty: the usual
	PRIMARY KEY (practice, compartment)
);
CREATE INDEX asking_look ON asking (practice, look_at);
CREATE UNIQUE INDEX asking_off ON asking (practice, off);

-- reminded is that an occasion was reminded of. There is one row for each, put
-- there in the transaction that queues the letter, so that there is never a second.
CREATE TABLE reminded (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	ask_id      TEXT   NOT NULL,
	nth         BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, ask_id, nth)
) /* CLUSTERED */;
