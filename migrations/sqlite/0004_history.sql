-- History and the trash. A version says why there is one: 'saved' on purpose, or automatic (the text before something that
-- changes a lot, or the other side of a merge). Automatic ones are thinned with age, and what lies in the trash is purged.

ALTER TABLE versions ADD COLUMN kind TEXT NOT NULL DEFAULT 'saved';

CREATE INDEX versions_automatic ON versions (owner, document_id, created_at, kind, n) WHERE kind <> 'saved';

CREATE INDEX documents_in_trash ON documents (trashed_at) WHERE trashed_at IS NOT NULL;
