-- compartment_key holds each compartment's key, wrapped by the key of an epoch.
-- Deleting a row forgets a compartment: no backup of the records holds it.
CREATE TABLE compartment_key (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	epoch       BIGINT NOT NULL,
	wrapped     BYTEA  NOT NULL,
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;

-- tombstone remembers which keys were destroyed, so that no restored copy of
-- this table brings one back.
CREATE TABLE tombstone (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	at          BIGINT NOT NULL,
	PRIMARY KEY (practice, compartment)
) /* CLUSTERED */;

-- ring counts the changes that other processes must notice.
CREATE TABLE ring (
	one     BIGINT PRIMARY KEY CHECK (one = 1),
	epoch   BIGINT NOT NULL, -- by which every key is wrapped
	changes BIGINT NOT NULL
);
INSERT INTO ring (one, epoch, changes) VALUES (1, 1, 0);
