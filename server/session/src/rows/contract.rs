//! What every implementation of [`SessionRows`] must do, as one test that each of them runs.
//!
//! ```no_run
//! # async fn run() {
//! let rows = holdfast_session::rows::MemoryRows::default();
//! holdfast_session::rows::contract::session_rows_contract(&rows).await;
//! # }
//! ```

use holdfast::session::Lifetimes;
use holdfast::wire::EndReason;

use super::{Ended, Ending, Identity, NewSession, OnlyIf, Refreshed, RowId, SealedTokens, SessionRow, SessionRows};

/// The moment at which the contract's rows are made.
pub(super) const NOW: i64 = 1_768_467_600_000;
const HOUR: i64 = 3_600_000;

/// Runs the whole contract on an **empty** table.
///
/// # Panics
/// When the implementation breaks it; that is how a test fails.
#[expect(clippy::expect_used, reason = "a broken contract fails the test that calls it")]
pub async fn session_rows_contract(rows: &dyn SessionRows) {
    a_created_row_is_found_as_it_was_made(rows).await.expect("creating and finding");
    a_taken_id_is_refused_and_changes_nothing(rows).await.expect("a taken id");
    a_refresh_is_stored_only_from_the_generation_it_started_from(rows).await.expect("compare-and-swap");
    super::device_contract::a_row_is_bound_once_and_proved_forwards(rows).await.expect("devices");
    super::lease_contract::one_process_at_a_time_holds_a_lease(rows).await.expect("leases");
    activity_only_moves_forward(rows).await.expect("activity");
    a_row_ends_once_and_nothing_changes_it_afterwards(rows).await.expect("ending once");
    an_ending_with_a_condition_spares_a_row_that_moved(rows).await.expect("conditional ending");
    a_replacement_ends_the_old_row_only_where_it_is_alive(rows).await.expect("replacing");
    a_list_holds_this_users_live_rows_the_latest_first(rows).await.expect("listing");
    an_address_that_has_come_to_count_is_that_of_the_users_live_rows(rows).await.expect("another address");
    purging_spares_what_is_not_over(rows).await.expect("purging");
}

pub(super) type Checked = Result<(), super::RowsError>;

async fn a_created_row_is_found_as_it_was_made(rows: &dyn SessionRows) -> Checked {
    assert_eq!(rows.find(id(1)).await?, None);
    let mut new = new(1, "ada");
    new.tokens.refresh = None;
    new.user.email = String::from("Ada \u{1F469}\u{200D}\u{1F4BB} 'quoted'; --@example.com");
    rows.create(&new).await?;
    assert_eq!(rows.find(id(1)).await?, Some(row_of(&new)));
    assert_eq!(rows.find(id(2)).await?, None, "another id must find nothing");
    Ok(())
}

async fn a_taken_id_is_refused_and_changes_nothing(rows: &dyn SessionRows) -> Checked {
    let before = rows.find(id(1)).await?;
    let mut taken = new(1, "eve");
    rows.create(&new(3, "victim")).await?;
    taken.replaces = Some(id(3));
    assert!(rows.create(&taken).await.is_err(), "an id that exists must be refused");
    assert_eq!(rows.find(id(1)).await?, before);
    assert_eq!(rows.find(id(3)).await?.and_then(|row| row.ended), None, "a failed create must not replace either");
    Ok(())
}

async fn a_refresh_is_stored_only_from_the_generation_it_started_from(rows: &dyn SessionRows) -> Checked {
    let new = new(10, "ada");
    rows.create(&new).await?;
    assert!(rows.store_refresh(id(10), &refreshed(0, "second")).await?);
    assert!(!rows.store_refresh(id(10), &refreshed(0, "stale")).await?, "a stale generation must not be stored");
    assert!(!rows.store_refresh(id(10), &refreshed(2, "future")).await?, "a future generation must not be stored");
    let mut expected = row_of(&new);
    expected.generation = 1;
    expected.tokens = Some(tokens("second"));
    expected.lifetimes.access_issued_at = NOW + HOUR;
    expected.lifetimes.access_expires_at = NOW + 2 * HOUR;
    assert_eq!(rows.find(id(10)).await?, Some(expected), "only tokens and the access token's times change");
    assert!(rows.store_refresh(id(10), &refreshed(1, "third")).await?);
    assert!(!rows.store_refresh(id(99), &refreshed(0, "nobody")).await?);
    assert_eq!(rows.find(id(99)).await?, None, "storing must not create");
    Ok(())
}

async fn activity_only_moves_forward(rows: &dyn SessionRows) -> Checked {
    rows.create(&new(20, "ada")).await?;
    assert!(rows.touch(id(20), NOW + 10).await?);
    assert!(rows.touch(id(20), NOW + 5).await?, "an older touch meets a live row all the same");
    let row = rows.find(id(20)).await?;
    assert_eq!(row.map(|row| (row.lifetimes.last_activity_at, row.generation)), Some((NOW + 10, 0)));
    assert!(!rows.touch(id(99), NOW).await?);
    Ok(())
}

async fn a_row_ends_once_and_nothing_changes_it_afterwards(rows: &dyn SessionRows) -> Checked {
    for (number, reason) in (30_u8..).zip(EndReason::ALL) {
        let new = new(number, "ada");
        rows.create(&new).await?;
        assert!(rows.end(id(number), ending(reason, NOW + 1, OnlyIf::Alive)).await?);
        let tombstone = SessionRow { tokens: None, ended: Some(Ended { at: NOW + 1, reason }), ..row_of(&new) };
        assert_eq!(rows.find(id(number)).await?.as_ref(), Some(&tombstone));
        for again in EndReason::ALL {
            assert!(!rows.end(id(number), ending(again, NOW + 2, OnlyIf::Alive)).await?, "a row ends once");
        }
        assert!(!rows.store_refresh(id(number), &refreshed(0, "revived")).await?, "an ended row takes no tokens");
        assert!(!rows.touch(id(number), NOW + 3).await?, "an ended row takes no activity");
        assert!(rows.create(&new).await.is_err(), "an ended row's id is never used again");
        assert_eq!(rows.find(id(number)).await?, Some(tombstone));
    }
    assert!(!rows.end(id(99), ending(EndReason::Revoked, NOW, OnlyIf::Alive)).await?);
    Ok(())
}

async fn an_ending_with_a_condition_spares_a_row_that_moved(rows: &dyn SessionRows) -> Checked {
    rows.create(&new(50, "ada")).await?;
    rows.store_refresh(id(50), &refreshed(0, "second")).await?;
    rows.touch(id(50), NOW + 7).await?;
    let spared = [
        OnlyIf::Generation(0),
        OnlyIf::Untouched { generation: 0, last_activity_at: NOW + 7 },
        OnlyIf::Untouched { generation: 1, last_activity_at: NOW },
    ];
    for only_if in spared {
        assert!(!rows.end(id(50), ending(EndReason::Expired, NOW + 9, only_if)).await?, "{only_if:?} does not hold");
    }
    let holds = OnlyIf::Untouched { generation: 1, last_activity_at: NOW + 7 };
    assert!(rows.end(id(50), ending(EndReason::Idle, NOW + 9, holds)).await?);
    rows.create(&new(51, "ada")).await?;
    assert!(rows.end(id(51), ending(EndReason::Revoked, NOW + 9, OnlyIf::Generation(0))).await?);
    Ok(())
}

async fn a_replacement_ends_the_old_row_only_where_it_is_alive(rows: &dyn SessionRows) -> Checked {
    rows.create(&new(60, "ada")).await?;
    let mut second = new(61, "ada");
    second.replaces = Some(id(60));
    second.created_at = NOW + 5;
    rows.create(&second).await?;
    let replaced = Some(Ended { at: NOW + 5, reason: EndReason::Replaced });
    assert_eq!(rows.find(id(60)).await?.and_then(|row| row.ended), replaced);
    let mut third = new(62, "ada");
    third.replaces = Some(id(60));
    third.created_at = NOW + 6;
    rows.create(&third).await?;
    assert_eq!(rows.find(id(60)).await?.and_then(|row| row.ended), replaced, "a tombstone keeps its reason");
    let mut fourth = new(63, "ada");
    fourth.replaces = Some(id(99));
    rows.create(&fourth).await?;
    assert!(rows.find(id(63)).await?.is_some_and(|row| row.ended.is_none()));
    Ok(())
}

async fn a_list_holds_this_users_live_rows_the_latest_first(rows: &dyn SessionRows) -> Checked {
    for (number, later) in [(70, 1), (71, 3), (72, 2), (73, 4)] {
        let mut new = new(number, "lister");
        new.lifetimes.signed_in_at += later;
        rows.create(&new).await?;
    }
    rows.create(&new(74, "somebody-else")).await?;
    rows.end(id(73), ending(EndReason::EndedElsewhere, NOW, OnlyIf::Alive)).await?;
    let listed: Vec<RowId> = rows.list_for("lister").await?.into_iter().map(|row| row.id).collect();
    assert_eq!(listed, [id(71), id(72), id(70)]);
    assert!(rows.list_for("nobody").await?.is_empty());
    Ok(())
}

async fn an_address_that_has_come_to_count_is_that_of_the_users_live_rows(rows: &dyn SessionRows) -> Checked {
    for (number, sub) in [(190, "renamed"), (191, "renamed"), (192, "renamed"), (193, "not-renamed")] {
        rows.create(&new(number, sub)).await?;
    }
    rows.end(id(192), ending(EndReason::SignedOut, NOW, OnlyIf::Alive)).await?;
    assert_eq!(rows.set_email("renamed", "new@example.com").await?, 2);
    assert_eq!(rows.set_email("renamed", "new@example.com").await?, 0, "they have it already");
    let mut emails = Vec::new();
    for number in 190..194 {
        emails.push(rows.find(id(number)).await?.is_some_and(|row| row.user.email == "new@example.com"));
    }
    assert_eq!(emails, [true, true, false, false], "an ended row stays what it was, and another user's is another's");
    Ok(())
}

async fn purging_spares_what_is_not_over(rows: &dyn SessionRows) -> Checked {
    let far = NOW + 1000 * HOUR;
    let mut ended = new(80, "purged");
    ended.lifetimes.refresh_expires_at = far + HOUR;
    rows.create(&ended).await?;
    rows.end(id(80), ending(EndReason::SignedOut, far, OnlyIf::Alive)).await?;
    let mut last_access = new(81, "purged");
    last_access.lifetimes.refresh_expires_at = far - HOUR;
    last_access.lifetimes.access_expires_at = far;
    rows.create(&last_access).await?;
    rows.purge(far - 1).await?;
    assert!(rows.find(id(80)).await?.is_some() && rows.find(id(81)).await?.is_some());
    assert_eq!(rows.purge(far).await?, 2, "a moment has passed when it is <= the given one");
    assert_eq!(rows.find(id(80)).await?, None);
    assert_eq!(rows.find(id(81)).await?, None);
    Ok(())
}

pub(super) fn id(number: u8) -> RowId {
    RowId::from_bytes([number; 32])
}

fn tokens(name: &str) -> SealedTokens {
    SealedTokens {
        access: format!("v1.k.{name}-access"),
        id: format!("v1.k.{name}-id"),
        refresh: Some(format!("v1.k.{name}-refresh")),
    }
}

pub(super) fn new(number: u8, sub: &str) -> NewSession {
    NewSession {
        id: id(number),
        user: Identity { sub: sub.to_owned(), email: format!("{sub}@example.com"), username: format!("{sub}-name") },
        lifetimes: Lifetimes {
            signed_in_at: NOW,
            refresh_expires_at: NOW + 24 * HOUR,
            access_issued_at: NOW,
            access_expires_at: NOW + HOUR,
            last_activity_at: NOW,
        },
        created_at: NOW,
        tokens: tokens("first"),
        replaces: None,
    }
}

fn row_of(new: &NewSession) -> SessionRow {
    SessionRow {
        id: new.id,
        user: new.user.clone(),
        lifetimes: new.lifetimes,
        created_at: new.created_at,
        generation: 0,
        lease: None,
        tokens: Some(new.tokens.clone()),
        device: None,
        ended: None,
    }
}

pub(super) fn refreshed(generation: i64, name: &str) -> Refreshed {
    Refreshed { generation, tokens: tokens(name), access_issued_at: NOW + HOUR, access_expires_at: NOW + 2 * HOUR }
}

pub(super) fn ending(reason: EndReason, at: i64, only_if: OnlyIf) -> Ending {
    Ending { reason, at, only_if }
}
