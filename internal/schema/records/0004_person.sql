-- practice_setting is how a practice is set up: every revision of it.
CREATE TABLE practice_setting (
	practice TEXT   NOT NULL,
	revision BIGINT NOT NULL,
	made_at  BIGINT NOT NULL,
	made_by  TEXT   NOT NULL,
	sealed   BYTEA  NOT NULL, -- name, country, words in a crisis
	PRIMARY KEY (practice, revision)
) /* CLUSTERED */;

-- person is everybody who belongs to a practice, or did.
CREATE TABLE person (
	practice TEXT   NOT NULL,
	id       TEXT   NOT NULL, -- UUIDv7
	role     TEXT   NOT NULL, -- staff or client
	state    TEXT   NOT NULL, -- invited, here, left, erased
	made_at  BIGINT NOT NULL,
	revision BIGINT NOT NULL, -- of the name, the newest
	PRIMARY KEY (practice, id)
) /* CLUSTERED */;

-- person_name is what somebody is called and how to reach them: every revision.
CREATE TABLE person_name (
	practice  TEXT   NOT NULL,
	person_id TEXT   NOT NULL,
	revision  BIGINT NOT NULL,
	made_at   BIGINT NOT NULL,
	sealed    BYTEA  NOT NULL,
	PRIMARY KEY (practice, person_id, revision)
) /* CLUSTERED */;

-- invite is a link by which a person gets an account, once.
CREATE TABLE invite (
	practice   TEXT   NOT NULL,
	id         TEXT   NOT NULL, -- came with the form
	person_id  TEXT   NOT NULL,
	roles      TEXT   NOT NULL,
	token_hash BYTEA  NOT NULL,
	made_by    TEXT   NOT NULL,
	made_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at    BIGINT NOT NULL, -- 0 until it was
	ended_at   BIGINT NOT NULL, -- 0 unless it was taken back
	PRIMARY KEY (practice, id),
	UNIQUE (practice, token_hash)
);
CREATE INDEX invite_of ON invite (practice, person_id);

-- care is who works with whom, and when they did.
CREATE TABLE care (
	practice     TEXT   NOT NULL,
	client_id    TEXT   NOT NULL,
	clinician_id TEXT   NOT NULL,
	since        BIGINT NOT NULL,
	until        BIGINT NOT NULL, -- 0 while it goes on
	PRIMARY KEY (practice, client_id, clinician_id, since)
) /* CLUSTERED */;

-- supervision is who supervises whom.
CREATE TABLE supervision (
	practice      TEXT   NOT NULL,
	supervisee_id TEXT   NOT NULL,
	supervisor_id TEXT   NOT NULL,
	since         BIGINT NOT NULL,
	PRIMARY KEY (practice, supervisee_id, supervisor_id)
) /* CLUSTERED */;

-- shared is which record was shown to which supervisor, by whom.
CREATE TABLE shared (
	practice      TEXT   NOT NULL,
	client_id     TEXT   NOT NULL,
	supervisor_id TEXT   NOT NULL,
	by_id         TEXT   NOT NULL,
	since         BIGINT NOT NULL,
	PRIMARY KEY (practice, client_id, supervisor_id)
) /* CLUSTERED */;

-- emergency is each time somebody broke the glass, and why.
CREATE TABLE emergency (
	practice  TEXT   NOT NULL,
	client_id TEXT   NOT NULL,
	id        TEXT   NOT NULL,
	actor_id  TEXT   NOT NULL,
	at        BIGINT NOT NULL,
	until     BIGINT NOT NULL,
	sealed    BYTEA  NOT NULL, -- the reason
	PRIMARY KEY (practice, client_id, id)
) /* CLUSTERED */;
