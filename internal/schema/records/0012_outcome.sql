-- episode is one piece of work of a client with the practice. Each revision is a
-- row, and the newest holds: finished, opened again, finished again. While work
-- goes on that was never finished there is no row.
CREATE TABLE episode (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	revision    BIGINT NOT NULL, -- from 1
	state       TEXT   NOT NULL, -- open (again), finished
	quarter     BIGINT NOT NULL, -- in which it ended: 4 * year + 0 to 3; 0 if open
	made_at     BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- began, ended, how, and its scores
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;

-- choice is what a client decided about the use of their finished work: every
-- decision is a row, and the newest holds.
CREATE TABLE choice (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	about       TEXT   NOT NULL, -- learning, report
	revision    BIGINT NOT NULL, -- from 1
	id          TEXT   NOT NULL, -- came with the form
	yes         BIGINT NOT NULL, -- 1 or 0
	words       TEXT   NOT NULL, -- which version of the explanation was read
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, about, revision)
) /* CLUSTERED */;

-- learned holds what the practice learned from finished work, version by version.
-- None is ever overwritten.
CREATE TABLE learned (
	practice TEXT   NOT NULL,
	version  BIGINT NOT NULL, -- from 1
	made_at  BIGINT NOT NULL,
	episodes BIGINT NOT NULL, -- how many it was learned from
	sealed   BYTEA  NOT NULL, -- numbers, and what they began from
	PRIMARY KEY (practice, version)
) /* CLUSTERED */;

-- learned_from is from whose finished work the newest version was learned, as far
-- as it may still be used: erasing and saying no delete rows.
CREATE TABLE learned_from (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	episode_id  TEXT   NOT NULL,
	revision    BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, episode_id)
) /* CLUSTERED */;

-- report is one table of the anonymous report. It is counted once, for good. A
-- table some of whose work was taken out is not shown any more, and emptied.
CREATE TABLE report (
	practice TEXT   NOT NULL,
	upto     BIGINT NOT NULL, -- the last quarter that it covers; begins after the table before
	since    BIGINT NOT NULL, -- the first
	made_at  BIGINT NOT NULL,
	episodes BIGINT NOT NULL, -- how many were counted
	sealed   BYTEA  NOT NULL, -- the counts that may be shown
	PRIMARY KEY (practice, upto)
) /* CLUSTERED */;

-- counted is whose work a table holds, as far as it may still be used.
CREATE TABLE counted (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	episode_id  TEXT   NOT NULL,
	upto        BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, episode_id)
) /* CLUSTERED */;
CREATE INDEX counted_in ON counted (practice, upto);

-- night says which nightly work was done in which night.
CREATE TABLE night (
	practice TEXT   NOT NULL,
	work     TEXT   NOT NULL, -- learn, report
	night    TEXT   NOT NULL, -- its date
	at       BIGINT NOT NULL,
	PRIMARY KEY (practice, work, night)
) /* CLUSTERED */;
