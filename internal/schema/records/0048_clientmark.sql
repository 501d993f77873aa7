-- client_mark is by what a client is found whose record must be opened in an emergency:
-- keyed marks of the address that the practice has for them, and of each word of their
-- name. They are made from the newest name; a client without any is still to be marked.
CREATE TABLE client_mark (
	practice    TEXT  NOT NULL,
	compartment TEXT  NOT NULL, -- name and contact of the client
	mark        BYTEA NOT NULL,
	kind        TEXT  NOT NULL, -- address, name
	PRIMARY KEY (practice, compartment, mark)
);
CREATE INDEX client_mark_of ON client_mark (practice, mark);
