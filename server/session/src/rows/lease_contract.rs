//! The part of the [contract](super::contract) that is about leases: it is what keeps two processes apart.

use holdfast::wire::EndReason;

use super::contract::{Checked, NOW, ending, id, new, refreshed};
use super::{Claim, Claimed, Holder, LONGEST_LEASE_MS, Lease, OnlyIf, RowId, RowsError, SessionRows};

const ONE: Holder = Holder([1; 16]);
const TWO: Holder = Holder([2; 16]);
const FRESH: Claimed = Claimed::Taken { abandoned: false };
const ABANDONED: Claimed = Claimed::Taken { abandoned: true };

fn claim(holder: Holder, generation: i64, now: i64) -> Claim {
    Claim { generation, holder, now, until: now + LONGEST_LEASE_MS }
}

async fn lease(rows: &dyn SessionRows, id: RowId) -> Result<Option<Lease>, RowsError> {
    Ok(rows.find(id).await?.and_then(|row| row.lease))
}

pub(super) async fn one_process_at_a_time_holds_a_lease(rows: &dyn SessionRows) -> Checked {
    a_lease_keeps_others_out_until_it_runs_out(rows).await?;
    a_result_and_an_end_clear_the_lease(rows).await?;
    a_release_closes_the_row_for_everybody(rows).await?;
    of_many_claims_at_once_one_is_granted(rows).await
}

async fn a_lease_keeps_others_out_until_it_runs_out(rows: &dyn SessionRows) -> Checked {
    let row = id(90);
    assert_eq!(rows.claim(row, &claim(ONE, 0, NOW)).await?, Claimed::Moved, "there is no such row");
    rows.create(&new(90, "leased")).await?;
    assert_eq!(rows.claim(row, &claim(ONE, 1, NOW)).await?, Claimed::Moved, "not this generation");
    assert_eq!(rows.claim(row, &claim(ONE, 0, NOW)).await?, FRESH);
    let ones = Lease { holder: Some(ONE), until: NOW + LONGEST_LEASE_MS };
    assert_eq!(rows.claim(row, &claim(TWO, 0, NOW + LONGEST_LEASE_MS - 1)).await?, Claimed::Held(ones));
    assert_eq!(lease(rows, row).await?, Some(ones), "a claim that is refused changes nothing");
    assert_eq!(rows.claim(row, &claim(TWO, 0, NOW - 1)).await?, Claimed::Held(ones), "asked before, and came after");
    assert_eq!(
        rows.claim(row, &claim(TWO, 0, NOW - 15_000)).await?,
        Claimed::Held(ones),
        "and waited for the database"
    );
    assert_eq!(rows.claim(row, &claim(ONE, 0, NOW + 1)).await?, ABANDONED, "one's own never blocks");
    let far = NOW + 1 + LONGEST_LEASE_MS;
    assert_eq!(rows.claim(row, &claim(TWO, 0, far)).await?, ABANDONED, "it has run out");
    assert_eq!(rows.claim(row, &claim(ONE, 0, far - 3_600_000)).await?, ABANDONED, "the clock was set back");
    Ok(())
}

async fn a_result_and_an_end_clear_the_lease(rows: &dyn SessionRows) -> Checked {
    let row = id(91);
    rows.create(&new(91, "leased")).await?;
    assert_eq!(rows.claim(row, &claim(ONE, 0, NOW)).await?, FRESH);
    assert!(rows.touch(row, NOW + 5).await?, "a lease keeps nobody from working");
    assert!(rows.store_refresh(row, &refreshed(0, "theirs")).await?, "whoever has tokens may store them");
    assert_eq!(lease(rows, row).await?, None);
    assert_eq!(rows.claim(row, &claim(TWO, 0, NOW)).await?, Claimed::Moved);
    assert!(!rows.release(row, &claim(ONE, 0, NOW), NOW).await?, "its generation is gone");
    assert_eq!(rows.claim(row, &claim(TWO, 1, NOW)).await?, FRESH);
    assert!(rows.end(row, ending(EndReason::SignedOut, NOW + 9, OnlyIf::Alive)).await?);
    assert_eq!(lease(rows, row).await?, None);
    assert_eq!(rows.claim(row, &claim(TWO, 1, NOW)).await?, Claimed::Moved, "an ended row is not refreshed");
    assert!(!rows.release(row, &claim(TWO, 1, NOW), NOW).await?);
    Ok(())
}

async fn a_release_closes_the_row_for_everybody(rows: &dyn SessionRows) -> Checked {
    let row = id(92);
    rows.create(&new(92, "leased")).await?;
    let (mine, theirs) = (claim(ONE, 0, NOW), claim(TWO, 0, NOW + 1_999));
    assert!(!rows.release(row, &mine, NOW).await?, "nobody has claimed it");
    assert_eq!(rows.claim(row, &mine).await?, FRESH);
    assert!(!rows.release(row, &theirs, NOW).await?, "somebody else has claimed it");
    assert!(rows.release(row, &mine, NOW + 2_000).await?);
    let closed = Lease { holder: None, until: NOW + 2_000 };
    assert_eq!(rows.claim(row, &theirs).await?, Claimed::Held(closed));
    assert_eq!(rows.claim(row, &claim(ONE, 0, NOW + 1_999)).await?, Claimed::Held(closed), "also for who closed it");
    assert_eq!(rows.claim(row, &claim(TWO, 0, NOW + 2_000)).await?, FRESH, "nothing was left unfinished");
    Ok(())
}

async fn of_many_claims_at_once_one_is_granted(rows: &dyn SessionRows) -> Checked {
    let row = id(93);
    rows.create(&new(93, "leased")).await?;
    let claims: Vec<Claim> = (10..40).map(|number| claim(Holder([number; 16]), 0, NOW)).collect();
    let claimed = futures_util::future::join_all(claims.iter().map(|claim| rows.claim(row, claim))).await;
    let granted = claimed.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(granted.iter().filter(|claimed| **claimed == FRESH).count(), 1, "{granted:?}");
    rows.end(row, ending(EndReason::SignedOut, NOW, OnlyIf::Alive)).await?;
    Ok(())
}
