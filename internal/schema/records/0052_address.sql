-- address_change is an address with which somebody would sign in once they have opened a
-- link that went there; and, once they did, for seven days, what puts the former one back.
CREATE TABLE address_change (
	practice   TEXT    NOT NULL,
	token_hash BYTEA   NOT NULL, -- of the link
	person_id  TEXT    NOT NULL,
	undoes     BOOLEAN NOT NULL, -- it was made, and the link undoes it
	made_at    BIGINT  NOT NULL,
	expires_at BIGINT  NOT NULL,
	sealed     BYTEA   NOT NULL, -- both addresses, and the password with which it can be undone
	PRIMARY KEY (practice, token_hash)
);
CREATE INDEX address_change_by_person ON address_change (practice, person_id);
