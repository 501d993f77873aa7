-- note is one progress note: about a session, or about something else in the
-- record. What it says lies in note_draft until it is signed, and in note_text after.
CREATE TABLE note (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- came with the form
	session_id  TEXT   NOT NULL, -- of the appointment; empty: about something else
	author_id   TEXT   NOT NULL, -- who began it
	at          BIGINT NOT NULL, -- when it was begun
	about_at    BIGINT NOT NULL, -- when the session began, or when the note was begun
	revision    BIGINT NOT NULL, -- of the newest signed text; 0: none
	away        BIGINT NOT NULL, -- 1: it was thrown away before it was signed
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- Of one session there is one note by one hand.
CREATE UNIQUE INDEX note_of_session ON note (practice, compartment, session_id, author_id) WHERE session_id <> '';

-- note_draft is what somebody has written and not signed: one for each person.
CREATE TABLE note_draft (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	note_id     TEXT   NOT NULL,
	person_id   TEXT   NOT NULL,
	rev         BIGINT NOT NULL, -- rises with every saving, and begins at no number twice
	base        BIGINT NOT NULL, -- the signed revision that it began from; 0: none
	page        TEXT   NOT NULL, -- the opened form that wrote it last
	nth         BIGINT NOT NULL, -- how often that form had sent it by then
	at          BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, note_id, person_id)
) /* CLUSTERED */;

-- note_text is a signed text: written once, and never changed. An amendment is the
-- next revision.
CREATE TABLE note_text (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	note_id     TEXT   NOT NULL,
	revision    BIGINT NOT NULL, -- from 1
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- shape, words, goals, and the reason of an amendment
	PRIMARY KEY (practice, compartment, note_id, revision)
) /* CLUSTERED */;
