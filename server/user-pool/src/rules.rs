//! What the pool asks of who signs in: second factors, required attributes, and which ways in the app client allows.

use serde::{Deserialize, Serialize};

/// `MfaConfiguration` of the pool. All three second factors are on offer unless it is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MfaConfiguration {
    /// Nobody is asked for a second factor.
    Off,
    /// Who has set one up is.
    Optional,
    /// Everybody is, and who has none must set one up to get in.
    On,
}

/// The rules of signing in. They can be changed while the pool runs; a reset brings back what it was opened with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SignInRules {
    /// Whether a second factor is asked for.
    pub mfa: MfaConfiguration,
    /// Attributes that NEW_PASSWORD_REQUIRED asks for where the user has none, such as `name`.
    pub required_attributes: Vec<String>,
    /// `AllowedFirstAuthFactors`: `PASSWORD`, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`, for USER_AUTH. All unless said
    /// otherwise.
    pub first_factors: Vec<String>,
    /// `RelyingPartyId`: the domain whose pages use passkeys, and those below it. `localhost` unless said otherwise.
    pub relying_party_id: String,
    /// The app client's `ExplicitAuthFlows`. Where rotation is on, `ALLOW_REFRESH_TOKEN_AUTH` is left out by itself.
    pub explicit_auth_flows: Vec<String>,
}

/// `ExplicitAuthFlowsType`, as far as this pool has them.
pub(crate) const FLOWS: [&str; 4] =
    ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

/// `AuthFactorType`, as far as this pool has them.
pub(crate) const FIRST_FACTORS: [&str; 4] = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];

impl Default for SignInRules {
    /// Everything is allowed and nothing required.
    fn default() -> Self {
        Self {
            mfa: MfaConfiguration::Optional,
            required_attributes: Vec::new(),
            relying_party_id: "localhost".to_owned(),
            first_factors: FIRST_FACTORS.map(str::to_owned).to_vec(),
            explicit_auth_flows: FLOWS.map(str::to_owned).to_vec(),
        }
    }
}

impl SignInRules {
    /// The first thing that is wrong with them.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(unknown) = self.explicit_auth_flows.iter().find(|flow| !FLOWS.contains(&flow.as_str())) {
            return Err(format!("unknown flow {unknown:?}: {}", FLOWS.join(", ")));
        }
        if let Some(unknown) = self.first_factors.iter().find(|factor| !FIRST_FACTORS.contains(&factor.as_str())) {
            return Err(format!("unknown first factor {unknown:?}: {}", FIRST_FACTORS.join(", ")));
        }
        Ok(())
    }

    /// Whether the app client allows `flow`, such as `USER_SRP_AUTH`.
    pub(crate) fn allow(&self, flow: &str) -> bool {
        self.explicit_auth_flows.iter().any(|allowed| allowed.strip_prefix("ALLOW_") == Some(flow))
    }
}
