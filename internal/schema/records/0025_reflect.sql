-- reflection is something that a clinician wrote for themself, after a session or over
-- a week. Its compartment is reflection/<person id>. What is about a session is sealed
-- under the client's key as well, and is erased with either. Not wanting to write
-- anything after a session is a row without words.
CREATE TABLE reflection (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	id           TEXT   NOT NULL, -- came with the form; of a skipped one that of the session
	kind         TEXT   NOT NULL, -- minute, week, skipped
	about_record TEXT   NOT NULL, -- the client's compartment; empty: about nobody
	session_id   TEXT   NOT NULL, -- the appointment; empty if it is about none
	revision     BIGINT NOT NULL, -- from 1; only the newest is kept
	at           BIGINT NOT NULL,
	changed_at   BIGINT NOT NULL, -- 0 if it was not
	sealed       BYTEA  NOT NULL, -- what was asked, words, and how one left the room
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- reflection_aside is until when a clinician has put aside the question whose work it
-- is with one client.
CREATE TABLE reflection_aside (
	practice     TEXT   NOT NULL,
	compartment  TEXT   NOT NULL,
	about_record TEXT   NOT NULL,
	until        BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, about_record)
) /* CLUSTERED */;
