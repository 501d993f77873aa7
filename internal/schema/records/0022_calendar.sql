-- seeing_hours is when a clinician sees people, week by week, by the practice's
-- clocks. Days are counted from 1 January 1970, minutes from midnight.
CREATE TABLE seeing_hours (
	practice     TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	id           TEXT   NOT NULL,
	weekday      BIGINT NOT NULL, -- 0 is Monday
	from_minute  BIGINT NOT NULL,
	to_minute    BIGINT NOT NULL,
	first_day    BIGINT NOT NULL,
	last_day     BIGINT NOT NULL, -- 0: until further notice
	made_at      BIGINT NOT NULL,
	ended_at     BIGINT NOT NULL, -- 0: it holds
	sealed       BYTEA  NOT NULL, -- where, under the key of the practice
	PRIMARY KEY (practice, clinician_id, id)
) /* CLUSTERED */;

-- protected_time is when a clinician sees nobody: once, from a minute of the first
-- day to a minute of the last, or every week between those days.
CREATE TABLE protected_time (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- the person's
	id          TEXT   NOT NULL,
	weekday     BIGINT NOT NULL, -- 0 is Monday; -1: once
	from_minute BIGINT NOT NULL,
	to_minute   BIGINT NOT NULL,
	first_day   BIGINT NOT NULL,
	last_day    BIGINT NOT NULL, -- 0: every week until further notice
	made_at     BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- what it is for
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- session_limit is how many sessions a clinician wants at most; every revision.
CREATE TABLE session_limit (
	practice     TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	revision     BIGINT NOT NULL,
	per_day      BIGINT NOT NULL, -- 0: none
	per_week     BIGINT NOT NULL,
	made_at      BIGINT NOT NULL,
	PRIMARY KEY (practice, clinician_id, revision)
) /* CLUSTERED */;

-- holiday is when the whole practice is closed.
CREATE TABLE holiday (
	practice  TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	first_day BIGINT NOT NULL,
	last_day  BIGINT NOT NULL,
	made_at   BIGINT NOT NULL,
	by_id     TEXT   NOT NULL,
	ended_at  BIGINT NOT NULL,
	sealed    BYTEA  NOT NULL, -- what it is called, under the key of the practice
	PRIMARY KEY (practice, id)
) /* CLUSTERED */;

-- series is an appointment that comes round, as it is agreed now. The times are by
-- the practice's clocks. rolled_to is up to which day there are appointments of it.
CREATE TABLE series (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL, -- the person's: the program rolls it out without opening a client's record
	id           TEXT   NOT NULL, -- several people who come together share it
	revision     BIGINT NOT NULL,
	clinician_id TEXT   NOT NULL,
	first_day    BIGINT NOT NULL,
	last_day     BIGINT NOT NULL, -- 0: until further notice
	minute       BIGINT NOT NULL,
	length       BIGINT NOT NULL, -- in minutes
	every        BIGINT NOT NULL, -- weeks
	rolled_to    BIGINT NOT NULL,
	made_at      BIGINT NOT NULL,
	sealed       BYTEA  NOT NULL, -- where and who meets
	PRIMARY KEY (practice, compartment, id)
);
CREATE INDEX series_to_roll ON series (practice, rolled_to);

-- series_left is a day on which a series has no appointment, and why.
CREATE TABLE series_left (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	series_id   TEXT   NOT NULL,
	day         BIGINT NOT NULL,
	why         TEXT   NOT NULL, -- taken, holiday, clocks, apart, kept
	PRIMARY KEY (practice, compartment, series_id, day)
) /* CLUSTERED */;
