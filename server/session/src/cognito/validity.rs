//! `RefreshTokenValidity`, asked of Cognito once.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata as _;
use aws_sdk_cognitoidentityprovider::types::UserPoolClientType;
use holdfast::session::{ValidityError, from_cognito};

use super::CognitoConfig;

pub(super) async fn ask(client: &Client, config: &CognitoConfig) -> Option<Duration> {
    config.credentials.as_ref()?;
    let request = client.describe_user_pool_client().user_pool_id(&config.user_pool_id).client_id(&config.client_id);
    match request.send().await {
        Ok(answer) => match validity(answer.user_pool_client()?) {
            Ok(validity) => Some(validity),
            Err(error) => {
                tracing::warn!(error = %error, "the user pool's answer about the refresh token's validity is unusable");
                None
            }
        },
        Err(error) => {
            let code = error.code().unwrap_or("no answer");
            tracing::warn!(provider.code = code, "the refresh token's validity cannot be asked of the user pool");
            None
        }
    }
}

/// What the pool says it does is believed: the range that AWS allows is a rule for those who write it down by hand, and
/// other pools that speak this protocol have shorter ones.
fn validity(client: &UserPoolClientType) -> Result<Duration, ValidityError> {
    let unit = client.token_validity_units().and_then(|units| units.refresh_token());
    let ms = from_cognito(client.refresh_token_validity().into(), unit.map(|unit| unit.as_str()))?;
    u64::try_from(ms).map(Duration::from_millis).map_err(|_| ValidityError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_cognitoidentityprovider::types::{TimeUnitsType, TokenValidityUnitsType};

    // S4
    #[test]
    fn the_unit_is_passed_on_and_means_days_where_there_is_none() {
        let of = |value: i32, unit: Option<TimeUnitsType>| {
            let units = unit.map(|unit| TokenValidityUnitsType::builder().refresh_token(unit).build());
            validity(
                &UserPoolClientType::builder().refresh_token_validity(value).set_token_validity_units(units).build(),
            )
        };
        let seconds = |seconds: u64| Ok(Duration::from_secs(seconds));
        assert_eq!(of(60, None), seconds(60 * 86_400));
        assert_eq!(of(0, Some(TimeUnitsType::Minutes)), seconds(30 * 86_400));
        for (unit, each) in [
            (TimeUnitsType::Seconds, 1),
            (TimeUnitsType::Minutes, 60),
            (TimeUnitsType::Hours, 3600),
            (TimeUnitsType::Days, 86_400),
        ] {
            assert_eq!(of(60, Some(unit)), seconds(60 * each));
        }
        assert!(of(-1, None).is_err() && of(1, Some(TimeUnitsType::from("fortnights"))).is_err());
    }
}
