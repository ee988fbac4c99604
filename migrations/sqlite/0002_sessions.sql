-- Sessions. The key is SHA-256 of the cookie's value; the tokens are sealed with a key that needs that value, so
-- neither this table nor a backup of it opens anything. A row ends once (`ended_at`), and every write is conditional on
-- its not having ended. Times are milliseconds since the Unix epoch.

CREATE TABLE sessions (
  id_hash            BLOB    NOT NULL PRIMARY KEY,
  sub                TEXT    NOT NULL,
  email              TEXT    NOT NULL,
  username           TEXT    NOT NULL,
  signed_in_at       INTEGER NOT NULL,
  refresh_expires_at INTEGER NOT NULL,
  access_issued_at   INTEGER NOT NULL,
  access_expires_at  INTEGER NOT NULL,
  last_activity_at   INTEGER NOT NULL,
  created_at         INTEGER NOT NULL,
  generation         INTEGER NOT NULL,
  access_sealed      TEXT,
  id_sealed          TEXT,
  refresh_sealed     TEXT,
  ended_at           INTEGER,
  end_reason         TEXT,
  CHECK (length(id_hash) = 32),
  CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  CHECK ((ended_at IS NULL) = (access_sealed IS NOT NULL)),
  CHECK ((access_sealed IS NULL) = (id_sealed IS NULL)),
  CHECK (ended_at IS NULL OR refresh_sealed IS NULL)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_sub ON sessions (sub, signed_in_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (coalesce(ended_at, max(refresh_expires_at, access_expires_at)));
