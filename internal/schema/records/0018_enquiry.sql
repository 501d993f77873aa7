-- enquiry is somebody who asks for a consultation and is no client yet. Two keys
-- hold what they wrote: enquiry/id all of it, caller/id how they are reached. Both
-- are destroyed when it is over, or, if somebody was accepted, a while later.
CREATE TABLE enquiry (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- enquiry/id
	id          TEXT   NOT NULL, -- UUIDv7 of the form
	token       BYTEA  NOT NULL, -- hash of the link to the answer
	state       TEXT   NOT NULL, -- asked, proposed, waiting, offered, declined
	junk        BOOLEAN NOT NULL, -- it looks like advertising, and lies apart
	revision    BIGINT NOT NULL, -- from 1; each decision makes the next
	made_at     BIGINT NOT NULL,
	for_id      TEXT   NOT NULL, -- the clinician asked for, or to whom it was proposed; empty: any
	by_id       TEXT   NOT NULL, -- who decided last
	told_at     BIGINT NOT NULL, -- when the person was last answered; 0: not yet
	news_at     BIGINT NOT NULL, -- when they last added something that nobody has dealt with; 0: nothing
	lines       BIGINT NOT NULL, -- how many lines they added
	forget_at   BIGINT NOT NULL, -- when it is forgotten; 0: not while it is open
	size        BIGINT NOT NULL, -- bytes of what is sealed
	contact     BYTEA  NOT NULL, -- keyed mark of the address or number, and
	words       BYTEA  NOT NULL, -- of what was written, by which one asking twice is seen; empty: nothing written
	whole       BYTEA  NOT NULL, -- of the whole form: the same form sent again
	sealed        BYTEA NOT NULL, -- all of it, under enquiry/id
	sealed_caller BYTEA NOT NULL, -- who, and how to reach them, under caller/id
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;
CREATE UNIQUE INDEX enquiry_token ON enquiry (practice, token);

-- enquiry_line is what was said about it since: by the person, to the person, or
-- between clinicians. What the person was told lies under both keys, as two rows.
CREATE TABLE enquiry_line (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- enquiry/id or caller/id
	id          TEXT   NOT NULL, -- UUIDv7 of the form
	made_at     BIGINT NOT NULL,
	by_id       TEXT   NOT NULL, -- empty: the person
	kind        TEXT   NOT NULL, -- told, among, added
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- enquiry_end is what is left of one that is over, so that its link can say so.
CREATE TABLE enquiry_end (
	practice TEXT    NOT NULL,
	id       TEXT    NOT NULL,
	token    BYTEA   NOT NULL,
	state    TEXT    NOT NULL, -- accepted, declined, withdrawn, dropped, doubled
	by_id    TEXT    NOT NULL, -- who ended it; empty: the person, or time
	at       BIGINT  NOT NULL,
	until    BIGINT  NOT NULL, -- when this is forgotten too
	became   TEXT    NOT NULL, -- the client it was accepted as; empty: none
	keys_until BIGINT NOT NULL, -- when its keys are destroyed
	keyless  BOOLEAN NOT NULL, -- they are
	PRIMARY KEY (practice, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX enquiry_end_token ON enquiry_end (practice, token);
