-- booking_policy is how a practice has sessions booked, moved and cancelled: every
-- revision. What is counted with is clear, the words are sealed under the key of the
-- practice. Times are in minutes.
CREATE TABLE booking_policy (
	practice TEXT   NOT NULL,
	revision BIGINT NOT NULL, -- from 1
	books    BIGINT NOT NULL, -- 1: clients book open times themselves
	moves    BIGINT NOT NULL, -- 1: clients move a session themselves, while it is early
	notice   BIGINT NOT NULL,
	lead     BIGINT NOT NULL,
	ahead    BIGINT NOT NULL,
	length   BIGINT NOT NULL,
	every    BIGINT NOT NULL,
	most     BIGINT NOT NULL, -- coming sessions that a client may have booked themselves
	made_at  BIGINT NOT NULL,
	by_id    TEXT   NOT NULL,
	sealed   BYTEA  NOT NULL,
	PRIMARY KEY (practice, revision)
) /* CLUSTERED */;

-- booking is that a client, or whoever treats them, booked, moved or cancelled a
-- session, with a few words if they wrote any. The id is that of the form.
CREATE TABLE booking (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	session_id  TEXT   NOT NULL,
	what        TEXT   NOT NULL, -- booked, moved, cancelled
	late        BIGINT NOT NULL, -- 1: later than the policy of that time asks for
	starts_at   BIGINT NOT NULL, -- booked or moved to; cancelled: when it would have been
	was_at      BIGINT NOT NULL, -- moved from; 0 otherwise
	made_at     BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- waiting is that a client waits for a time with a clinician. Which days and parts of
-- the day suit stands here as numbers, so that the program can offer a freed time
-- without opening anybody's record.
CREATE TABLE waiting (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	earlier      BIGINT NOT NULL, -- 1: only what comes before their next session
	days         BIGINT NOT NULL, -- Monday 1, Tuesday 2, Wednesday 4, …
	parts        BIGINT NOT NULL, -- morning 1, afternoon 2, evening 4
	since        BIGINT NOT NULL,
	ended_at     BIGINT NOT NULL, -- 0: they wait
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX waiting_once ON waiting (practice, clinician_id, compartment) WHERE ended_at = 0;

-- time_offer is that a freed time was offered to somebody who waits. Of one time there
-- is one open offer.
CREATE TABLE time_offer (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	waiting_id   TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	starts_at    BIGINT NOT NULL,
	ends_at      BIGINT NOT NULL,
	made_at      BIGINT NOT NULL,
	until        BIGINT NOT NULL,
	state        TEXT   NOT NULL, -- open, taken, declined, lapsed, gone
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX time_offer_open ON time_offer (practice, clinician_id, starts_at) WHERE state = 'open';

-- own_zone is by whose clocks a client sees times.
CREATE TABLE own_zone (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	made_at     BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;
