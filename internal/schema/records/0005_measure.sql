-- ask is a questionnaire that a client is asked to answer, once or on a rhythm.
-- state "own" is none: it gathers what a client answered without being asked.
CREATE TABLE ask (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	id          TEXT   NOT NULL,
	series      BYTEA  NOT NULL, -- which questionnaire: a keyed hash, another for each client
	state       TEXT   NOT NULL, -- open, ended, refused, own
	every       BIGINT NOT NULL, -- from one occasion to the next; 0 if there is one only
	from_at     BIGINT NOT NULL, -- when its first occasion opens
	made_at     BIGINT NOT NULL,
	ended_at    BIGINT NOT NULL, -- 0 until it is
	sealed      BYTEA  NOT NULL, -- questionnaire, rhythm, reason, by whom
	sealed_plan BYTEA  NOT NULL, -- rhythm and pauses alone, under the key of the person: for reminders
	PRIMARY KEY (practice, compartment, id)
);

-- occasion is one time of being asked, and what came of it. One row holds the
-- draft, and then, in its place, the answer: so there is one answer to each
-- occasion, whatever is sent twice or from two devices. An answer that was given
-- is never overwritten.
--
-- These two are not CLUSTERED. What is sealed makes a row so large that only five
-- would stand on an inner page of the key's tree, and seven pages be read to find
-- one; by a key of its own it is four and three, most of them shared. A new answer
-- is appended, where the newest of others lie, and moves nobody else's.
CREATE TABLE occasion (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	ask_id      TEXT   NOT NULL,
	nth         BIGINT NOT NULL, -- which occasion, from 0
	id          TEXT   NOT NULL, -- of the answer; empty before
	state       TEXT   NOT NULL, -- draft, skipped, given
	at          BIGINT NOT NULL, -- when it came to this state
	rev         BIGINT NOT NULL, -- of the draft
	seen_at     BIGINT NOT NULL, -- by the client, after giving it; 0 until then
	talked_at   BIGINT NOT NULL, -- 0 until it was talked about
	talked_by   TEXT   NOT NULL,
	sealed      BYTEA  NOT NULL, -- items, note, score
	PRIMARY KEY (practice, compartment, ask_id, nth)
);

-- What was answered on paper is kept at the time at which it was answered.

-- An answer is found by its id, and no other has the same. Being unique it is
-- preferred to going through everything that the client ever answered.
CREATE UNIQUE INDEX occasion_of_answer ON occasion (practice, compartment, id) WHERE state = 'given';

-- The newest of many answers are read by it, without the others. Only what asks for
-- id > '' can: whatever else looks at times seeks by ask.
CREATE INDEX occasion_by_time ON occasion (practice, compartment, at, id) WHERE id > '';
