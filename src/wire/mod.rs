//! What crosses the wire, in one place for both sides: JSON bodies, header names and the closed set of error codes.
//! All times are whole milliseconds; durations are what **remains** (never an absolute time the browser's clock would
//! have to agree with), moments are since the Unix epoch. Positions in texts are UTF-16 code units.

mod account;
mod challenge;
mod document;
mod draft;
mod event;
mod history;
mod import;
mod passkey;
mod problem;
mod session;

pub use account::{
    Account, AccountUpdated, ChangePassword, CodeDelivery, SecondFactor, SetSecondFactor, UpdateAccount,
    VerifyAuthenticator, VerifyEmail,
};
pub use challenge::{
    Challenge, ChallengeAnswer, ChallengeField, ChallengeName, ConfirmForgotPassword, FieldKind, ForgotPassword,
    SoftwareTokenSetup,
};
pub use document::{
    CreateDocument, CreateVersion, Document, DocumentList, DocumentSummary, ListedDocument, NameVersion, Passage,
    RenameDocument, Sort, TrashList, TrashedDocument, Version, VersionList,
};
pub use draft::{
    Conflict, ConflictBatch, Draft, Escrowed, MAX_BATCH_BYTES, MAX_BATCH_EDITS, MAX_CONFLICT_BYTES, MAX_DOCUMENT_BYTES,
    PatchDraft, PutDraft, Receipt, Sides,
};
pub use event::{DocumentEvent, EditsEvent, MAX_EVENT_BYTES};
pub use history::{Diff, DiffKind, Restored, VersionKind, VersionText};
pub use import::{ImportRefusal, Imported, ImportedFile};
pub use passkey::{AddPasskey, Passkey, PasskeyList, PasskeyOptions, RemovePasskey};
pub use problem::{Code, Problem};
pub use session::{
    ConfirmSignUp, EndReason, JournalKey, JournalKeys, LimitKind, Policy, ResendCode, SessionStatus, SignIn,
    SignInOutcome, SignUp, User,
};

/// A request that carries this header with the value `1` was not caused by a person at the keyboard: it keeps nothing
/// alive (no idle limit is extended by it).
pub const UNATTENDED: &str = "holdfast-unattended";

/// The `sub` the page believes to be writing as. The server refuses (`403 other_user`) to save for anybody else.
pub const EXPECTED_USER: &str = "holdfast-user";
