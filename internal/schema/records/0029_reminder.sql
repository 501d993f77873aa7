-- appointment_wish says whether somebody is reminded of their appointments. How,
-- and how long before, is sealed: its compartment is that of the person.
CREATE TABLE appointment_wish (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	client      TEXT   NOT NULL, -- compartment of their record, in which the appointments are
	state       TEXT   NOT NULL, -- on, off
	off         BYTEA  NOT NULL, -- by which the link in a reminder is found: a keyed hash
	revision    BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment)
);
CREATE UNIQUE INDEX appointment_wish_off ON appointment_wish (practice, off);

-- appointment_told is what was decided about one time at which an appointment
-- begins. There is one row for each, put there in the transaction that queues the
-- reminder, so that there is never a second.
CREATE TABLE appointment_told (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- of the person
	starts_at   BIGINT NOT NULL,
	due_at      BIGINT NOT NULL, -- when to remind
	state       TEXT   NOT NULL, -- waits, told, left
	PRIMARY KEY (practice, compartment, starts_at)
) /* CLUSTERED */;

-- push_key is with what a practice shows to the browsers' makers that a message is
-- its own (VAPID, RFC 8292). The private half is sealed under the key of operations.
CREATE TABLE push_key (
	practice TEXT   NOT NULL PRIMARY KEY,
	public   TEXT   NOT NULL,
	made_at  BIGINT NOT NULL,
	sealed   BYTEA  NOT NULL
);

-- push_device is a browser that may be woken: where, and with which keys, is sealed
-- under the key of the person.
CREATE TABLE push_device (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL, -- a keyed hash of the address
	made_at     BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment, id)
);
