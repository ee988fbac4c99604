//! SetUserMFAPreference: which second factors a user has in use, and which one is asked for first.

use serde_json::{Value, json};

use super::{Request, get_user};
use crate::error::ApiError;
use crate::params::{Members, TOKEN};
use crate::state::{Mfa, State, User};

/// Each factor's member and the factor.
const SETTINGS: [(&str, Mfa); 3] =
    [("SMSMfaSettings", Mfa::Sms), ("SoftwareTokenMfaSettings", Mfa::SoftwareToken), ("EmailMfaSettings", Mfa::Email)];

/// `SMSMfaSettingsType` and its siblings.
#[derive(Clone, Copy)]
struct Setting {
    mfa: Mfa,
    enabled: bool,
    preferred: bool,
}

/// What a request leaves out stays as it is.
pub(crate) async fn set_user_mfa_preference(request: Request) -> Result<Value, ApiError> {
    let mut members = Members::of(&request.body);
    let token = members.required("AccessToken", &TOKEN);
    let mut settings = Vec::new();
    for (member, mfa) in SETTINGS {
        if let Some(flags) = members.flags(member) {
            let flag = |name: &str| flags.get(name).copied().unwrap_or_default();
            settings.push(Setting { mfa, enabled: flag("Enabled"), preferred: flag("PreferredMfa") });
        }
    }
    members.finish()?;
    let pool = &request.pool;
    let sub = get_user::authorized(pool, &token)?.sub;
    // The two texts are ours.
    if settings.iter().filter(|setting| setting.preferred).count() > 1 {
        return Err(ApiError::invalid_parameter("Only one MFA method can be preferred."));
    }
    if settings.iter().any(|setting| setting.preferred && !setting.enabled) {
        return Err(ApiError::invalid_parameter("An MFA method must be enabled to be preferred."));
    }
    let change = move |state: &mut State| {
        let user = state.users.get_mut(&sub).ok_or_else(ApiError::user_not_found)?;
        if let Some(setting) = settings.iter().find(|setting| setting.enabled && !can_have(user, setting.mfa)) {
            let name = setting.mfa.name();
            let text = format!("User does not have delivery config set to turn on {name}");
            return Err(ApiError::invalid_parameter(text));
        }
        for setting in settings {
            user.factors.set(setting.mfa, setting.enabled, setting.preferred);
        }
        Ok(())
    };
    pool.write(change).await??;
    Ok(json!({}))
}

/// Whether a code of that kind would reach the user.
pub(super) fn can_have(user: &User, mfa: Mfa) -> bool {
    match mfa {
        Mfa::Sms => user.verified_phone_number().is_some(),
        Mfa::Email => user.email_verified,
        Mfa::SoftwareToken => user.factors.software_token.is_some(),
    }
}
