//! The scripted pool's accounts: one user, whose token is always taken.

use async_trait::async_trait;
use holdfast::wire::{Passkey, SecondFactor};
use holdfast_session::provider::{AccessToken, AccountProvider, Delivery, Profile, ProviderError};
use secrecy::SecretString;
use serde_json::Value;

use super::pool::FakePool;

#[async_trait]
impl AccountProvider for FakePool {
    async fn get_user(&self, _token: &AccessToken) -> Result<Profile, ProviderError> {
        Ok(Profile {
            username: String::from("ada"),
            attributes: Vec::new(),
            second_factors: Vec::new(),
            preferred_factor: None,
        })
    }

    async fn update_attributes(
        &self,
        _token: &AccessToken,
        _attributes: &[(&str, &str)],
    ) -> Result<Vec<Delivery>, ProviderError> {
        Ok(Vec::new())
    }

    async fn send_attribute_code(&self, _token: &AccessToken, _attribute: &str) -> Result<Delivery, ProviderError> {
        Err(ProviderError::InvalidInput)
    }

    async fn verify_attribute(&self, _token: &AccessToken, _attribute: &str, _code: &str) -> Result<(), ProviderError> {
        Err(ProviderError::CodeMismatch)
    }

    async fn change_password(
        &self,
        _token: &AccessToken,
        _current: &SecretString,
        _new: &SecretString,
    ) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn associate_software_token(&self, _token: &AccessToken) -> Result<SecretString, ProviderError> {
        Err(ProviderError::NotOffered)
    }

    async fn verify_software_token(&self, _token: &AccessToken, _code: &SecretString) -> Result<(), ProviderError> {
        Err(ProviderError::CodeMismatch)
    }

    async fn set_second_factor(
        &self,
        _token: &AccessToken,
        _factor: SecondFactor,
        _enabled: bool,
        _preferred: bool,
    ) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn passkeys(&self, _token: &AccessToken) -> Result<Vec<Passkey>, ProviderError> {
        Ok(Vec::new())
    }

    async fn begin_passkey(&self, _token: &AccessToken) -> Result<Value, ProviderError> {
        Err(ProviderError::NotOffered)
    }

    async fn add_passkey(&self, _token: &AccessToken, _credential: &Value) -> Result<(), ProviderError> {
        Err(ProviderError::PasskeyRefused)
    }

    async fn remove_passkey(&self, _token: &AccessToken, _id: &str) -> Result<(), ProviderError> {
        Ok(())
    }

    async fn delete_user(&self, _token: &AccessToken) -> Result<(), ProviderError> {
        Ok(())
    }
}
