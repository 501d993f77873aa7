-- practice_wish says whether somebody is reminded of what they practise. By what, on
-- which days and at which time is sealed: its compartment is that of the person.
CREATE TABLE practice_wish (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	state       TEXT   NOT NULL, -- on, off
	look_at     BIGINT NOT NULL, -- when to look next whether to remind; 0: never
	off         BYTEA  NOT NULL, -- by which the link in a reminder is found: a keyed hash
	revision    BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment)
);
CREATE UNIQUE INDEX practice_wish_off ON practice_wish (practice, off);
CREATE INDEX practice_wish_look ON practice_wish (practice, look_at);

-- reminded_day is the day on which somebody was last reminded of anything, by the
-- practice's clocks. Whatever reminds puts it there in the transaction that queues the
-- message, so that there is at most one in a day, of whatever kind.
CREATE TABLE reminded_day (
	practice    TEXT NOT NULL,
	compartment TEXT NOT NULL, -- of the person
	day         TEXT NOT NULL, -- 2026-11-24
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;
