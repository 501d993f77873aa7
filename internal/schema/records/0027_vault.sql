-- vault is the personal vault of one person: what it takes to try a key on it. The
-- key itself is made in the browser and comes here only wrapped (vault_way).
CREATE TABLE vault (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- vault/person
	id          TEXT   NOT NULL, -- UUIDv7 of the form; part of what everything in it is bound to
	made_at     BIGINT NOT NULL,
	revision    BIGINT NOT NULL, -- from 1; each change of its ways makes the next
	sealed      BYTEA  NOT NULL, -- the salt
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;

-- vault_way is one way to open a vault: the recovery code, or a passkey.
CREATE TABLE vault_way (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- vault/person
	id          TEXT   NOT NULL, -- "code", or the id of the passkey in hexadecimal
	made_at     BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- the vault's key as it was wrapped in the browser
	PRIMARY KEY (practice, compartment, id)
) /* CLUSTERED */;

-- vault_entry is what somebody wrote and sealed in the browser: every revision.
CREATE TABLE vault_entry (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- entries/owner/about
	id          TEXT   NOT NULL, -- UUIDv7, made in the browser
	revision    BIGINT NOT NULL, -- from 1
	made_at     BIGINT NOT NULL,
	sealed      BYTEA  NOT NULL, -- once more, around what the browser sealed
	PRIMARY KEY (practice, compartment, id, revision)
) /* CLUSTERED */;
