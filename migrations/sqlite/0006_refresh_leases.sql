-- The intent to refresh a session's tokens, recorded before the pool is asked: which process is at it and until when that
-- counts. Of several processes on this file one makes the call; a lease that is left behind runs out. Without a holder:
-- nobody is to ask before that moment, because the last attempt failed.

ALTER TABLE sessions ADD COLUMN lease_holder BLOB CHECK (lease_holder IS NULL OR length(lease_holder) = 16);
ALTER TABLE sessions ADD COLUMN lease_until  INTEGER;
