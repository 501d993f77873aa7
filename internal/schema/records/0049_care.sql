-- Who ended somebody's work with a client, so that they see that it was not they.
ALTER TABLE care ADD COLUMN ended_by TEXT NOT NULL DEFAULT ''; -- empty while it goes on, and where it ended before this was kept
