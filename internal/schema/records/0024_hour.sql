-- agenda_item is one thing that somebody brings to the next session. It belongs to
-- the record and to no appointment, so that moving one loses nothing. Whether it is
-- to be opened in the session only is sealed, and apart from its words, so that who
-- may not read the words yet can be told that there are some.
CREATE TABLE agenda_item (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	revision    BIGINT NOT NULL, -- from 1; only the newest is kept
	side        TEXT   NOT NULL, -- client, clinician
	by_id       TEXT   NOT NULL,
	at          BIGINT NOT NULL, -- when it was brought
	changed_at  BIGINT NOT NULL,
	state       TEXT   NOT NULL, -- waiting, talked, dropped
	session_id  TEXT   NOT NULL, -- where it was talked about; empty: nowhere yet
	sealed      BYTEA  NOT NULL, -- how it may be opened, and whether it was
	sealed_words BYTEA NOT NULL, -- empty once it was taken back
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- agenda_on says what stood on the agenda of a session.
CREATE TABLE agenda_on (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	session_id  TEXT   NOT NULL,
	item_id     TEXT   NOT NULL,
	PRIMARY KEY (practice, compartment, session_id, item_id)
) /* CLUSTERED */;

-- agenda_quiet is that a side has nothing yet for the next session.
CREATE TABLE agenda_quiet (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	side        TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, side)
) /* CLUSTERED */;

-- hour is a session that was begun, or of which something was kept.
CREATE TABLE hour (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	session_id   TEXT   NOT NULL, -- of the appointment
	clinician_id TEXT   NOT NULL,
	starts_at    BIGINT NOT NULL, -- as it was planned
	until_at     BIGINT NOT NULL, -- the frame that is held
	began_at     BIGINT NOT NULL, -- 0: nobody said so
	ended_at     BIGINT NOT NULL, -- 0: not yet
	by_id        TEXT   NOT NULL,
	PRIMARY KEY (practice, compartment, session_id)
) /* CLUSTERED */;

-- hour_kept is what both take with them from a session: every revision, the highest
-- being the newest.
CREATE TABLE hour_kept (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	session_id  TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- decisions, next steps, what stays open, what to leave with
	PRIMARY KEY (practice, compartment, session_id, revision)
) /* CLUSTERED */;

-- hour_work is the clinician's own side of a session: every revision.
CREATE TABLE hour_work (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	session_id  TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- intention, tools, what happened instead
	PRIMARY KEY (practice, compartment, session_id, revision)
) /* CLUSTERED */;

-- hour_summary is a summary of a session that the client may read: every revision.
CREATE TABLE hour_summary (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	session_id  TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- its words; none: it was taken back
	PRIMARY KEY (practice, compartment, session_id, revision)
) /* CLUSTERED */;
