//! The part of the contract that is about a row's device; see [`super::contract`].

use holdfast::wire::EndReason;

use super::contract::{Checked, NOW, ending, id, new};
use super::{Device, OnlyIf, SessionRows};

pub(super) async fn a_row_is_bound_once_and_proved_forwards(rows: &dyn SessionRows) -> Checked {
    let device = |key: &str| Device { key: key.to_owned(), proved_at: NOW };
    rows.create(&new(110, "ada")).await?;
    assert!(!rows.prove(id(110), NOW + 1).await?, "a row without a key has nothing to prove");
    assert!(rows.bind(id(110), &device("first")).await?);
    assert!(!rows.bind(id(110), &device("second")).await?, "a row is bound once");
    for (at, counts) in [(NOW - 1, false), (NOW, false), (NOW + 5, true), (NOW + 5, false), (NOW + 2, false)] {
        assert_eq!(rows.prove(id(110), at).await?, counts, "a proof of {}", at - NOW);
    }
    let bound = rows.find(id(110)).await?.and_then(|row| row.device);
    assert_eq!(bound, Some(Device { proved_at: NOW + 5, ..device("first") }));

    rows.create(&new(111, "ada")).await?;
    rows.end(id(110), ending(EndReason::Expired, NOW + 9, OnlyIf::Alive)).await?;
    rows.end(id(111), ending(EndReason::Expired, NOW + 9, OnlyIf::Alive)).await?;
    assert!(!rows.prove(id(110), NOW + 6).await?, "an ended row is not written");
    assert!(!rows.bind(id(111), &device("late")).await?, "an ended row is not bound");
    assert!(!rows.bind(id(99), &device("nobody")).await? && !rows.prove(id(99), NOW).await?);
    assert_eq!(rows.find(id(110)).await?.and_then(|row| row.device).map(|device| device.proved_at), Some(NOW + 5));
    Ok(())
}
