-- account is what somebody signs in with.
CREATE TABLE account (
	practice  TEXT   NOT NULL,
	person_id TEXT   NOT NULL,
	lookup    BYTEA  NOT NULL, -- how the e-mail address is found again
	roles     TEXT   NOT NULL, -- "clinician manager" or "client": how long one may rest, what is asked; the door reads grants
	ways      TEXT   NOT NULL, -- of "password totp passkey" what there is
	made_at   BIGINT NOT NULL,
	sealed    BYTEA  NOT NULL, -- address, password hash, second step, recovery codes
	PRIMARY KEY (practice, person_id),
	UNIQUE (practice, lookup)
) /* CLUSTERED */;

-- passkey is a key that a device or a password manager keeps for somebody.
CREATE TABLE passkey (
	practice  TEXT   NOT NULL,
	person_id TEXT   NOT NULL,
	id        BYTEA  NOT NULL, -- hash of the credential's id
	made_at   BIGINT NOT NULL,
	used_at   BIGINT NOT NULL, -- 0 until it was
	sealed    BYTEA  NOT NULL, -- public key, counter, label
	PRIMARY KEY (practice, person_id, id),
	UNIQUE (practice, id)
) /* CLUSTERED */;

-- sign_in is a browser that has signed in. Deleting a row ends it.
CREATE TABLE sign_in (
	practice   TEXT   NOT NULL,
	token_hash BYTEA  NOT NULL, -- of the cookie
	person_id  TEXT   NOT NULL,
	id         TEXT   NOT NULL, -- by which it is named in a list
	how        TEXT   NOT NULL, -- password, passkey, joined, recovered, demo
	roles      TEXT   NOT NULL, -- as the account has them, so that a request looks in one place
	ways       TEXT   NOT NULL, -- likewise
	made_at    BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL, -- when the person last did something, to the minute
	idle       BIGINT NOT NULL, -- how long it lasts after that, in microseconds
	ends_at    BIGINT NOT NULL, -- when it ends in any case
	fresh_at   BIGINT NOT NULL, -- when the person last said who they are
	sealed     BYTEA  NOT NULL, -- which browser
	PRIMARY KEY (practice, token_hash)
);
CREATE INDEX sign_in_by_person ON sign_in (practice, person_id);

-- throttle counts tries at one account from one kind of place.
CREATE TABLE throttle (
	practice   TEXT   NOT NULL,
	key        BYTEA  NOT NULL,
	tries      BIGINT NOT NULL,
	last_at    BIGINT NOT NULL,
	not_before BIGINT NOT NULL,
	PRIMARY KEY (practice, key)
) /* CLUSTERED */;

-- recovery is a link for somebody who cannot sign in: mailed, or, if it
-- reinstates, made by the operator of the machine for one who has nothing left.
CREATE TABLE recovery (
	practice   TEXT   NOT NULL,
	token_hash BYTEA  NOT NULL,
	person_id  TEXT   NOT NULL,
	made_at    BIGINT NOT NULL,
	expires_at BIGINT NOT NULL, -- the time of making once it was used
	reinstates BOOLEAN NOT NULL DEFAULT FALSE, -- it needs no code, and ends every former way to sign in
	PRIMARY KEY (practice, token_hash)
);
CREATE INDEX recovery_by_person ON recovery (practice, person_id);

-- spent is what was valid once and is so no more, until it would have expired.
CREATE TABLE spent (
	practice   TEXT   NOT NULL,
	hash       BYTEA  NOT NULL,
	expires_at BIGINT NOT NULL,
	PRIMARY KEY (practice, hash)
) /* CLUSTERED */;
