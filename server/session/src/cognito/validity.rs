//! `RefreshTokenValidity`, asked of Cognito once. Its unit is the trap: without `TokenValidityUnits` it counts **days**,
//! and 0 means the default of 30.
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html>

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata as _;
use aws_sdk_cognitoidentityprovider::types::TimeUnitsType;

use super::CognitoConfig;

const DAY: u64 = 86_400;

pub(super) async fn ask(client: &Client, config: &CognitoConfig) -> Option<Duration> {
    config.credentials.as_ref()?;
    let request = client.describe_user_pool_client().user_pool_id(&config.user_pool_id).client_id(&config.client_id);
    match request.send().await {
        Ok(answer) => {
            let described = answer.user_pool_client()?;
            let unit = described.token_validity_units().and_then(|units| units.refresh_token());
            validity(described.refresh_token_validity(), unit)
        }
        Err(error) => {
            let code = error.code().unwrap_or("no answer");
            tracing::warn!(provider.code = code, "the refresh token's validity cannot be asked of the user pool");
            None
        }
    }
}

fn validity(value: i32, unit: Option<&TimeUnitsType>) -> Option<Duration> {
    let value = u64::try_from(value).ok()?;
    if value == 0 {
        return Some(Duration::from_secs(30 * DAY));
    }
    let seconds = match unit {
        None | Some(TimeUnitsType::Days) => value.checked_mul(DAY)?,
        Some(TimeUnitsType::Hours) => value.checked_mul(3600)?,
        Some(TimeUnitsType::Minutes) => value.checked_mul(60)?,
        Some(TimeUnitsType::Seconds) => value,
        Some(_) => return None,
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    // S4
    #[test]
    fn sixty_without_a_unit_is_sixty_days_and_zero_is_thirty() {
        let days = |days: u64| Some(Duration::from_secs(days * DAY));
        assert_eq!(validity(60, None), days(60));
        assert_eq!(validity(0, Some(&TimeUnitsType::Minutes)), days(30));
        assert_eq!(validity(60, Some(&TimeUnitsType::Minutes)), Some(Duration::from_secs(3600)));
        assert_eq!(validity(24, Some(&TimeUnitsType::Hours)), days(1));
        assert_eq!(validity(3650, Some(&TimeUnitsType::Days)), days(3650));
        assert_eq!(validity(315_360_000, Some(&TimeUnitsType::Seconds)), days(3650));
        assert_eq!(validity(-1, None), None);
        assert_eq!(validity(1, Some(&TimeUnitsType::from("fortnights"))), None);
    }
}
