//! Who made a version: where, and in which sign-in. For the eyes of its owner only.

use holdfast::place::Place;

/// The sign-in that a version was made in, by the public name of its session.
pub(crate) type SignIn = [u8; 32];

/// Where a version was made, as far as that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MadeBy {
    pub(crate) place: Option<Place>,
    pub(crate) sign_in: Option<SignIn>,
}

impl MadeBy {
    /// Nobody in particular.
    pub(crate) const UNKNOWN: Self = Self { place: None, sign_in: None };
}
