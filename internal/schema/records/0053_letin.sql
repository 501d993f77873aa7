-- let_in is a code that somebody of the practice gave a person who has lost what they sign
-- in with: one at a time.
CREATE TABLE let_in (
	practice  TEXT   NOT NULL,
	person_id TEXT   NOT NULL,
	id        TEXT   NOT NULL, -- of the form by which it was made
	code_hash BYTEA  NOT NULL,
	stop_hash BYTEA,           -- of the link that ends it, once a letter has it
	by_id     TEXT   NOT NULL, -- who gave it
	made_at   BIGINT NOT NULL,
	from_at   BIGINT NOT NULL, -- it waits until then
	until_at  BIGINT NOT NULL,
	PRIMARY KEY (practice, person_id)
) /* CLUSTERED */;
CREATE UNIQUE INDEX let_in_by_link ON let_in (practice, stop_hash);
