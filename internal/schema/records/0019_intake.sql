-- intake_course is a further course of work: the first has no row, and is number 1.
CREATE TABLE intake_course (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	nth         BIGINT NOT NULL, -- from 2
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	PRIMARY KEY (practice, compartment, nth)
) /* CLUSTERED */;

-- intake_part is one part of what is told at the beginning of a course of work:
-- every revision of it, the highest being the newest. Whether it is to be told in
-- the room only is sealed with it.
CREATE TABLE intake_part (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	course      BIGINT NOT NULL, -- from 1
	part        TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician, enquiry
	sealed      BYTEA  NOT NULL, -- what is told, and who wrote which line of it
	PRIMARY KEY (practice, compartment, course, part, revision)
) /* CLUSTERED */;

-- intake_draft is what somebody has begun to write in a part and not finished:
-- one for each person, readable by them alone.
CREATE TABLE intake_draft (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	course      BIGINT NOT NULL,
	part        TEXT   NOT NULL,
	person_id   TEXT   NOT NULL,
	rev         BIGINT NOT NULL, -- of the draft, from 1
	base        BIGINT NOT NULL, -- the revision of the part that it began from
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, course, part, person_id)
) /* CLUSTERED */;

-- intake_invite is a part that the client was invited to write beforehand.
CREATE TABLE intake_invite (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	course      BIGINT NOT NULL,
	part        TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form; the same for all parts of one invitation
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	state       TEXT   NOT NULL, -- open, later (the client said "not now"), over
	state_at    BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- the line that came with it
	PRIMARY KEY (practice, compartment, course, part)
) /* CLUSTERED */;

-- intake_seen is up to which revision somebody who treats the client has read a part.
CREATE TABLE intake_seen (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	course      BIGINT NOT NULL,
	part        TEXT   NOT NULL,
	person_id   TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, course, part, person_id)
) /* CLUSTERED */;

-- terms is the working agreement of a course of work: every version of its text.
CREATE TABLE terms (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	course      BIGINT NOT NULL,
	version     BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, course, version)
) /* CLUSTERED */;

-- terms_sign is that somebody signed one version, or took their signing back. What
-- came last from each side holds.
CREATE TABLE terms_sign (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	course      BIGINT NOT NULL,
	version     BIGINT NOT NULL,
	kind        TEXT   NOT NULL, -- signed, withdrawn
	person_id   TEXT   NOT NULL,
	side        TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- words that came with it
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
