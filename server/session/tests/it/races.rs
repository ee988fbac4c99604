//! P17, A10: a sign-out at one process against refreshes at two: whatever comes first, nothing revives the session.
//!
//! `HOLDFAST_RACES` makes it as long as one likes.

use holdfast::entropy::SeededEntropy;
use holdfast::wire::EndReason;

use crate::support::{App, HOUR, settle};

const RACES: u64 = 300;

// P17
#[tokio::test(start_paused = true)]
async fn p17_no_race_between_a_sign_out_and_refreshes_revives_a_session() {
    let races = std::env::var("HOLDFAST_RACES").ok().and_then(|number| number.parse().ok()).unwrap_or(RACES);
    let (one, random) = (App::new(), SeededEntropy::new(17));
    let two = one.second_process();
    one.pool.state().grace = true;
    let mut refreshed_first = 0_u64;
    for race in 0..races {
        let browser = one.signed_in().await;
        one.advance(HOUR);
        let mut racing = tokio::task::JoinSet::new();
        for number in 0..4 {
            let mut tab = if number % 2 == 0 { one.browser_of(&browser) } else { two.browser_of(&browser) };
            let late = random.next_u64() % 60;
            racing.spawn(async move {
                yields(late).await;
                tab.get("/work").await;
            });
        }
        let mut leaving = two.browser_of(&browser);
        let late = random.next_u64() % 60;
        racing.spawn(async move {
            yields(late).await;
            assert_eq!(leaving.delete("/api/session").await.status.as_u16(), 204);
        });
        racing.join_all().await;
        settle().await;
        let row = one.row(&browser).await;
        assert_eq!(row.ended.map(|ended| ended.reason), Some(EndReason::SignedOut), "race {race}");
        assert!(row.tokens.is_none() && row.lease.is_none(), "race {race}");
        refreshed_first += u64::from(0 < row.generation);
        for app in [&one, &two] {
            let answer = app.browser_of(&browser).get("/work").await;
            assert_eq!(answer.problem(), (401, String::from("signed_out")), "race {race}");
        }
    }
    assert!(0 < refreshed_first && refreshed_first < races, "{refreshed_first} of {races}: the dice are loaded");
}

async fn yields(times: u64) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}
