//! Operations that the access token authorizes. They are unsigned and take no client secret.

use async_trait::async_trait;
use aws_sdk_cognitoidentityprovider::config::Config;
use aws_sdk_cognitoidentityprovider::config::retry::RetryConfig;
use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata as _;
use aws_sdk_cognitoidentityprovider::types::{
    AttributeType, CodeDeliveryDetailsType, EmailMfaSettingsType, SmsMfaSettingsType, SoftwareTokenMfaSettingsType,
    VerifySoftwareTokenResponseType,
};
use holdfast::wire::{Passkey, SecondFactor};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::Cognito;
use super::classify::{Operation, classify};
use super::document::{from_json, to_json};
use crate::provider::{AccessToken, AccountProvider, Delivery, Profile, ProviderError};

/// More than any user has: so that pages without an end come to one.
const MOST_PASSKEYS: usize = 100;

fn delivery(details: &CodeDeliveryDetailsType) -> Delivery {
    Delivery {
        attribute: details.attribute_name().unwrap_or_default().to_owned(),
        destination: details.destination().unwrap_or_default().to_owned(),
    }
}

#[async_trait]
impl AccountProvider for Cognito {
    async fn get_user(&self, token: &AccessToken) -> Result<Profile, ProviderError> {
        let request = self.client.get_user().access_token(token.expose());
        let answer = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
        let pair =
            |attribute: &AttributeType| (attribute.name().to_owned(), attribute.value().unwrap_or_default().to_owned());
        Ok(Profile {
            username: answer.username().to_owned(),
            attributes: answer.user_attributes().iter().map(pair).collect(),
            second_factors: answer
                .user_mfa_setting_list()
                .iter()
                .filter_map(|name| SecondFactor::parse(name))
                .collect(),
            preferred_factor: answer.preferred_mfa_setting().and_then(SecondFactor::parse),
        })
    }

    async fn update_attributes(
        &self,
        token: &AccessToken,
        attributes: &[(&str, &str)],
    ) -> Result<Vec<Delivery>, ProviderError> {
        let attribute = |(name, value): &(&str, &str)| AttributeType::builder().name(*name).value(*value).build();
        let attributes: Result<Vec<_>, _> = attributes.iter().map(attribute).collect();
        let request = self
            .client
            .update_user_attributes()
            .access_token(token.expose())
            .set_user_attributes(Some(attributes.map_err(|_| ProviderError::InvalidInput)?));
        let answer = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
        Ok(answer.code_delivery_details_list().iter().map(delivery).collect())
    }

    async fn send_attribute_code(&self, token: &AccessToken, attribute: &str) -> Result<Delivery, ProviderError> {
        let request =
            self.client.get_user_attribute_verification_code().access_token(token.expose()).attribute_name(attribute);
        let answer = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
        let details = answer.code_delivery_details().map(delivery);
        details.ok_or_else(|| ProviderError::unavailable("an answer without delivery details"))
    }

    async fn verify_attribute(&self, token: &AccessToken, attribute: &str, code: &str) -> Result<(), ProviderError> {
        let request =
            self.client.verify_user_attribute().access_token(token.expose()).attribute_name(attribute).code(code);
        request.send().await.map(drop).map_err(|error| classify(Operation::Account, &error))
    }

    async fn change_password(
        &self,
        token: &AccessToken,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<(), ProviderError> {
        let request = self
            .client
            .change_password()
            .access_token(token.expose())
            .previous_password(current.expose_secret())
            .proposed_password(new.expose_secret())
            .customize()
            .config_override(Config::builder().retry_config(RetryConfig::disabled()));
        request.send().await.map(drop).map_err(|error| classify(Operation::ChangePassword, &error))
    }

    async fn associate_software_token(&self, token: &AccessToken) -> Result<SecretString, ProviderError> {
        let request = self.client.associate_software_token().access_token(token.expose());
        let answer = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
        let secret = answer.secret_code().map(SecretString::from);
        secret.ok_or_else(|| ProviderError::unavailable("an answer without a SecretCode"))
    }

    async fn verify_software_token(&self, token: &AccessToken, code: &SecretString) -> Result<(), ProviderError> {
        let request = self.client.verify_software_token().access_token(token.expose()).user_code(code.expose_secret());
        let answer = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
        match answer.status() {
            Some(VerifySoftwareTokenResponseType::Success) => Ok(()),
            _ => Err(ProviderError::CodeMismatch),
        }
    }

    async fn set_second_factor(
        &self,
        token: &AccessToken,
        factor: SecondFactor,
        enabled: bool,
        preferred: bool,
    ) -> Result<(), ProviderError> {
        let request = self.client.set_user_mfa_preference().access_token(token.expose());
        let request = match factor {
            SecondFactor::App => request.software_token_mfa_settings(
                SoftwareTokenMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build(),
            ),
            SecondFactor::Sms => request
                .sms_mfa_settings(SmsMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build()),
            SecondFactor::Email => request
                .email_mfa_settings(EmailMfaSettingsType::builder().enabled(enabled).preferred_mfa(preferred).build()),
        };
        request.send().await.map(drop).map_err(|error| classify(Operation::Account, &error))
    }

    async fn passkeys(&self, token: &AccessToken) -> Result<Vec<Passkey>, ProviderError> {
        let (mut passkeys, mut next) = (Vec::new(), None);
        loop {
            let request = self.client.list_web_authn_credentials().access_token(token.expose()).set_next_token(next);
            let page = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
            passkeys.extend(page.credentials().iter().map(|one| Passkey {
                id: one.credential_id().to_owned(),
                name: one.friendly_credential_name().to_owned(),
                created_at: one.created_at().to_millis().unwrap_or_default(),
            }));
            next = page.next_token().map(str::to_owned).filter(|_| passkeys.len() < MOST_PASSKEYS);
            if next.is_none() {
                return Ok(passkeys);
            }
        }
    }

    async fn begin_passkey(&self, token: &AccessToken) -> Result<Value, ProviderError> {
        let request = self.client.start_web_authn_registration().access_token(token.expose());
        let answer = request.send().await.map_err(|error| classify(Operation::Account, &error))?;
        Ok(to_json(answer.credential_creation_options()))
    }

    async fn add_passkey(&self, token: &AccessToken, credential: &Value) -> Result<(), ProviderError> {
        let request = self
            .client
            .complete_web_authn_registration()
            .access_token(token.expose())
            .credential(from_json(credential));
        request.send().await.map(drop).map_err(|error| classify(Operation::Account, &error))
    }

    async fn remove_passkey(&self, token: &AccessToken, id: &str) -> Result<(), ProviderError> {
        let request = self.client.delete_web_authn_credential().access_token(token.expose()).credential_id(id);
        match request.send().await {
            Ok(_) => Ok(()),
            // The pool itself would have been missed by the request for the list before.
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(()),
            Err(error) => Err(classify(Operation::Account, &error)),
        }
    }

    async fn delete_user(&self, token: &AccessToken) -> Result<(), ProviderError> {
        let request = self.client.delete_user().access_token(token.expose());
        request.send().await.map(drop).map_err(|error| classify(Operation::Account, &error))
    }
}
