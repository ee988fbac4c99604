//! The three tokens as types that do not print, cannot be serialized and are not compiled for the browser.

use secrecy::{ExposeSecret, SecretString};

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Wraps a token as it came over the wire.
            #[must_use]
            pub fn new(token: impl Into<String>) -> Self {
                Self(SecretString::from(token.into()))
            }

            /// The token itself: to verify, to seal or to send to where it belongs; never to log.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token! {
    /// Authorizes operations on the user's own account. Told apart by `token_use: access`.
    AccessToken
}
token! {
    /// Says who the user is. Told apart by `token_use: id`.
    IdToken
}
token! {
    /// Opaque, readable by the pool alone; goes to the pool alone.
    RefreshToken
}

/// What a sign-in or a refresh gives.
#[derive(Debug, Clone)]
pub struct TokenSet {
    /// The access token, not verified yet.
    pub access: AccessToken,
    /// The ID token, not verified yet.
    pub id: IdToken,
    /// The refresh token, where the answer holds one.
    pub refresh: Option<RefreshToken>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_does_not_print() {
        let set = TokenSet {
            access: AccessToken::new("SECRET-A"),
            id: IdToken::new("SECRET-I"),
            refresh: Some(RefreshToken::new("SECRET-R")),
        };
        let printed = format!("{set:?}");
        assert!(!printed.contains("SECRET"), "{printed}");
    }
}
