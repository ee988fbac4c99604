//! The codes that a challenge asks for: mailed or texted ones, and those of an authenticator app.

use serde_json::Value;

use super::Answer;
use crate::challenges::{CodeBy, Step};
use crate::error::ApiError;
use crate::operations::sign_in::{self, Proved};
use crate::state::State;
use crate::totp;

/// SMS_MFA, EMAIL_OTP and SMS_OTP. A wrong code leaves the session good.
pub(super) async fn sent(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let Step::Code { by, digits } = &answer.pending.step else { return Err(ApiError::wrong_state()) };
    let code = match by {
        CodeBy::SmsMfa => answer.response("SMS_MFA_CODE")?,
        CodeBy::SmsOtp => answer.response("SMS_OTP_CODE")?,
        // The reference has both names for it.
        CodeBy::Email => {
            answer.response("EMAIL_OTP_CODE").or_else(|error| answer.response("EMAIL_MFA_CODE").map_err(|_| error))?
        }
    };
    if code != digits {
        return Err(ApiError::wrong_state());
    }
    let sub = answer.sub()?;
    answer.spend()?;
    sign_in::proceed(answer.request, sub, &answer.pending.name, Proved::Everything).await
}

/// SOFTWARE_TOKEN_MFA. A wrong code leaves the session good, and a right one is taken once.
pub(super) async fn software_token(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let code = answer.response("SOFTWARE_TOKEN_MFA_CODE")?.to_owned();
    let (sub, now_ms) = (answer.sub()?.to_owned(), pool.now_ms());
    let take = {
        let sub = sub.clone();
        move |state: &mut State| {
            let user = state.users.get_mut(&sub).ok_or_else(ApiError::bad_credentials)?;
            let token = user.factors.software_token.as_mut().ok_or_else(ApiError::wrong_state)?;
            let step = totp::step_of(&code, &token.secret, now_ms).ok_or_else(ApiError::wrong_software_token_code)?;
            if step <= token.last_step {
                return Err(ApiError::used_software_token_code());
            }
            token.last_step = step;
            Ok::<_, ApiError>(())
        }
    };
    pool.write(take).await??;
    answer.spend()?;
    sign_in::proceed(answer.request, &sub, &answer.pending.name, Proved::Everything).await
}
