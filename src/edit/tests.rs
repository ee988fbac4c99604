//! Properties of edits and of rebasing.
