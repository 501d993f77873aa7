-- safety_plan is the safety plan of one client: every version of it is a row.
CREATE TABLE safety_plan (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	version     BIGINT NOT NULL, -- from 1
	id          TEXT   NOT NULL, -- came with the form
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician
	sealed      BYTEA  NOT NULL, -- all that it says
	PRIMARY KEY (practice, compartment, version)
) /* CLUSTERED */;

-- safety_plan_yes is that one side agreed to a version. A version that both agreed
-- to is the plan, until both agree to a later one.
CREATE TABLE safety_plan_yes (
	practice    TEXT   NOT NULL,
	compartment TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	side        TEXT   NOT NULL, -- client, clinician
	at          BIGINT NOT NULL,
	by_id       TEXT   NOT NULL,
	PRIMARY KEY (practice, compartment, version, side)
) /* CLUSTERED */;
