//! SELECT_MFA_TYPE and MFA_SETUP.

use serde_json::Value;

use super::Answer;
use crate::challenges::Step;
use crate::error::ApiError;
use crate::operations::first_factor;
use crate::operations::sign_in::{self, Proved};
use crate::state::{Mfa, SoftwareToken, State};

/// The second factor that the user chose among those in use.
pub(super) fn select(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let Step::SelectMfa(offered) = &answer.pending.step else { return Err(ApiError::wrong_state()) };
    let chosen = Mfa::named(answer.response("ANSWER")?).filter(|chosen| offered.contains(chosen));
    // The text is ours.
    let chosen = chosen.ok_or_else(|| ApiError::invalid_parameter("Invalid MFA type selected"))?;
    let subject = first_factor::subject(pool, answer.sub()?)?;
    answer.spend()?;
    Ok(sign_in::challenge(pool, &subject, &answer.pending.name, sign_in::second_factor(pool, chosen)))
}

/// The end of setting up an authenticator app, under the session that VerifySoftwareToken returned. From now on it is
/// asked for.
pub(super) async fn set_up(answer: &Answer<'_>) -> Result<Value, ApiError> {
    let pool = &answer.request.pool;
    let Step::SetUpMfa { secret: Some(secret), proved: Some(step) } = answer.pending.step.clone() else {
        // The text is ours: nothing is published for who skips VerifySoftwareToken.
        return Err(ApiError::invalid_parameter("Software token has not been verified"));
    };
    let sub = answer.sub()?.to_owned();
    answer.spend()?;
    let adopt = {
        let sub = sub.clone();
        move |state: &mut State| {
            let user = state.users.get_mut(&sub).ok_or_else(ApiError::bad_credentials)?;
            user.factors.software_token = Some(SoftwareToken { secret, last_step: step });
            user.factors.set(Mfa::SoftwareToken, true, true);
            Ok::<_, ApiError>(())
        }
    };
    pool.write(adopt).await??;
    sign_in::proceed(answer.request, &sub, &answer.pending.name, Proved::Everything).await
}
