//! Session tracking: a user has so many sessions at once, and no more. "At the limit, the next successful authentication
//! automatically evicts that user's least recently used token session" (SetUserPoolSessionConfiguration, API Reference).

use super::State;

impl State {
    /// Revokes the least recently used of the user's live sessions until there is room for one more.
    pub(crate) fn make_room(&mut self, sub: &str, most: usize, now_ms: i64) {
        let mut live: Vec<(i64, String)> = self
            .sessions
            .iter()
            .filter(|(_, session)| session.sub == sub && !session.revoked && now_ms < session.expires_at_ms)
            .map(|(id, session)| (session.last_used_at_ms.max(session.signed_in_at_ms), id.clone()))
            .collect();
        live.sort();
        let surplus = (live.len() + 1).saturating_sub(most);
        for (_, id) in live.into_iter().take(surplus) {
            if let Some(session) = self.sessions.get_mut(&id) {
                session.revoked = true;
            }
        }
    }
}
