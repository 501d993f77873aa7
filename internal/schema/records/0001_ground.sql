-- A practice is one organisation. Several live apart on one server: every key
-- but the audit log's begins with the practice.
CREATE TABLE practice (
	practice TEXT   PRIMARY KEY, -- ten random letters
	slug     TEXT   NOT NULL UNIQUE, -- its public address
	made_at  BIGINT NOT NULL     -- microseconds since 1970, UTC, as all times here
) /* CLUSTERED */;

-- compartment is every record that has a key of its own.
CREATE TABLE compartment (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL, -- kind/id, or "operations"
	made_at     BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;

-- grants says who may reach whose record, and why. Deleting a row ends it.
CREATE TABLE grants (
	practice    TEXT   NOT NULL,
	actor_id    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	kind        TEXT   NOT NULL,
	since       BIGINT NOT NULL,
	until       BIGINT NOT NULL, -- far away if nobody has said when
	PRIMARY KEY (practice, actor_id, compartment, kind)
) /* CLUSTERED */;
CREATE INDEX grants_by_compartment ON grants (practice, compartment);

-- ended is what was ended and not given again. A copy of it goes with the keys,
-- so that a restore of older records ends it again.
CREATE TABLE ended (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	actor_id    TEXT   NOT NULL, -- who reaches it no more
	kind        TEXT   NOT NULL, -- of the grant; or "supervision", of whoever the compartment is
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment, actor_id, kind)
) /* CLUSTERED */;

-- audit is only ever appended to. A row is a leaf of a Merkle tree; it refers
-- to nothing, so that no later deletion can break it.
CREATE TABLE audit (
	seq         BIGINT  PRIMARY KEY, -- from 0
	at          BIGINT  NOT NULL,
	practice    TEXT    NOT NULL,
	actor_id    TEXT    NOT NULL,
	action      TEXT    NOT NULL,
	compartment TEXT    NOT NULL,
	detail      TEXT    NOT NULL, -- which rows; never content
	allowed     BOOLEAN NOT NULL,
	mac         BYTEA   NOT NULL  -- so that the first wrong leaf can be named
) /* CLUSTERED */;

-- audit_hash holds the hash of each whole block of leaves and of what stands
-- above blocks; anything below is computed again from the leaves.
CREATE TABLE audit_hash (
	idx  BIGINT PRIMARY KEY, -- as tlog.StoredHashIndex counts them
	hash BYTEA  NOT NULL
);

-- audit_block says whose records a whole block of leaves speaks of, four bytes
-- each, so that "who opened my record" reads only the blocks that matter.
CREATE TABLE audit_block (
	block BIGINT PRIMARY KEY,
	marks BYTEA  NOT NULL
) /* CLUSTERED */;

-- audit_checkpoint holds signed heads of the tree. A copy kept elsewhere proves
-- that nothing before it was changed.
CREATE TABLE audit_checkpoint (
	size BIGINT PRIMARY KEY,
	note TEXT   NOT NULL
);
