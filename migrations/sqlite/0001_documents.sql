-- Documents, their drafts, and the versions saved on purpose. All times are milliseconds since the Unix epoch, all
-- positions and lengths UTF-16 code units. `owner` is Cognito's `sub` and part of every statement on these tables.

CREATE TABLE documents (
  id         TEXT    NOT NULL PRIMARY KEY, -- 32 hexadecimal digits
  owner      TEXT    NOT NULL,
  title      TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  titled_at  INTEGER NOT NULL,
  trashed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX documents_by_owner ON documents (owner, id) WHERE trashed_at IS NULL;

-- One draft per document: what changes with every save, and nothing that grows with the text.
CREATE TABLE drafts (
  document_id  TEXT    NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
  owner        TEXT    NOT NULL,
  head         INTEGER NOT NULL,
  hash         BLOB    NOT NULL,
  saved_at     INTEGER NOT NULL,
  base_version INTEGER NOT NULL,           -- the newest version on purpose, 0 when there is none
  version_head INTEGER NOT NULL            -- the head that version was taken at; -1 where not even head 0 is in one
) STRICT, WITHOUT ROWID;

-- The text at some head; the batches after it make the text of today. In a table of its own so that a save never
-- rewrites it.
CREATE TABLE draft_snapshots (
  document_id TEXT    NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
  owner       TEXT    NOT NULL,
  head        INTEGER NOT NULL,
  text        TEXT    NOT NULL
) STRICT;

-- Every accepted batch of edits. `seq` is the writer's number of the first edit, `len` how many there are.
CREATE TABLE draft_batches (
  document_id TEXT    NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  head        INTEGER NOT NULL,            -- the head this batch made
  owner       TEXT    NOT NULL,
  writer      TEXT    NOT NULL,
  seq         INTEGER NOT NULL,
  len         INTEGER NOT NULL,
  edits       TEXT    NOT NULL,            -- JSON, as it came over the wire
  hash        BLOB    NOT NULL,
  saved_at    INTEGER NOT NULL,
  PRIMARY KEY (document_id, head)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX draft_batches_by_writer ON draft_batches (document_id, writer, seq);

CREATE TABLE versions (
  document_id TEXT    NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
  n           INTEGER NOT NULL,
  owner       TEXT    NOT NULL,
  name        TEXT,
  head        INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  length      INTEGER NOT NULL,
  text        TEXT    NOT NULL,
  PRIMARY KEY (document_id, n)
) STRICT;

-- What /readyz writes to: the only honest answer to "can I write?" is to have written.
CREATE TABLE health (
  id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  checked_at INTEGER NOT NULL
) STRICT;
