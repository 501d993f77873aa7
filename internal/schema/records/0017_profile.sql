-- profile is what a practice, or one of its clinicians, writes about itself for
-- the public: every revision. A clinician's is sealed under the key of their own
-- record, so that a draft is theirs alone; the practice's under its own.
CREATE TABLE profile (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- person/id of the clinician, or operations
	revision    BIGINT NOT NULL, -- from 1
	made_at     BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, revision)
) /* CLUSTERED */;

-- published is the revision that anybody may read, sealed once more under the key
-- of the practice. Deleting the row takes the page off.
CREATE TABLE published (
	practice  TEXT   NOT NULL,
	person_id TEXT   NOT NULL, -- the clinician; empty: the practice
	revision  BIGINT NOT NULL,
	at        BIGINT NOT NULL,
	by_id     TEXT   NOT NULL,
	sealed    BYTEA  NOT NULL,
	PRIMARY KEY (practice, person_id)
) /* CLUSTERED */;

-- public_name is an address under which a clinician's page stands or once stood.
-- It is never given to anybody else.
CREATE TABLE public_name (
	practice  TEXT   NOT NULL,
	mark      BYTEA  NOT NULL, -- of the address: a keyed hash
	person_id TEXT   NOT NULL,
	made_at   BIGINT NOT NULL,
	sealed    BYTEA  NOT NULL, -- the address, under the key of the practice
	PRIMARY KEY (practice, mark)
) /* CLUSTERED */;

-- first_time is when a clinician offers a first consultation.
CREATE TABLE first_time (
	practice     TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	starts_at    BIGINT NOT NULL,
	ends_at      BIGINT NOT NULL,
	ways         TEXT   NOT NULL, -- of "person video phone" those that are offered
	made_at      BIGINT NOT NULL,
	withdrawn_at BIGINT NOT NULL, -- 0 unless it was
	PRIMARY KEY (practice, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX first_time_of ON first_time (practice, clinician_id, starts_at) WHERE withdrawn_at = 0;

-- first_taken says for what a time was taken. Of two who take one time at once,
-- the key lets one win.
CREATE TABLE first_taken (
	practice TEXT   NOT NULL,
	time_id  TEXT   NOT NULL,
	for_id   TEXT   NOT NULL,
	at       BIGINT NOT NULL,
	PRIMARY KEY (practice, time_id)
) /* CLUSTERED */;

-- public_state counts the changes to what is public, so that every server sees
-- by one number whether there is something new.
CREATE TABLE public_state (
	practice TEXT   PRIMARY KEY,
	revision BIGINT NOT NULL
) /* CLUSTERED */;
