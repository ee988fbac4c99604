//! InitiateAuth and RespondToAuthChallenge: how a sign-in begins, what the pool asks next, and how that is answered.
//!
//! Every answer goes out under the name that the pool has told (`USER_ID_FOR_SRP`), and a secret hash is made of that same
//! name. Whatever is asked that nobody here can answer (`CUSTOM_CHALLENGE`, devices) is for the operator to switch off.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::operation::initiate_auth::InitiateAuthOutput;
use aws_sdk_cognitoidentityprovider::operation::respond_to_auth_challenge::RespondToAuthChallengeOutput;
use aws_sdk_cognitoidentityprovider::types::{
    AuthFlowType, AuthenticationResultType, ChallengeNameType, VerifySoftwareTokenResponseType,
};
use holdfast::clock::Clock;
use holdfast::entropy::Entropy;
use holdfast::wire::ChallengeName;
use secrecy::{ExposeSecret as _, SecretString};

use super::classify::{Operation, classify};
use super::secrets::secret_hash;
use super::srp::{Exchange, Verifier, timestamp};
use super::{Cognito, tokens};
use crate::provider::{Answer, Challenge, ProviderError, SignInStep};

/// How a sign-in begins. The app client's `ExplicitAuthFlows` must allow it.
#[derive(Clone, Default)]
pub enum SignInFlow {
    /// `USER_PASSWORD_AUTH`: the password goes to the pool, inside TLS.
    #[default]
    Password,
    /// `USER_SRP_AUTH`: only a proof of the password goes to the pool.
    Srp {
        /// The proof holds the time.
        clock: Arc<dyn Clock>,
        /// And a number that is drawn for it.
        entropy: Arc<dyn Entropy>,
    },
    /// `USER_AUTH`: the user may choose among the password, one-time codes and passkeys.
    Choice,
}

/// One answer of the pool's, whichever operation it came from.
struct Told {
    name: Option<ChallengeNameType>,
    session: Option<SecretString>,
    parameters: HashMap<String, String>,
    available: Vec<String>,
    result: Option<AuthenticationResultType>,
}

impl Cognito {
    pub(super) async fn begin(&self, username: &str, password: &SecretString) -> Result<SignInStep, ProviderError> {
        let secret = password.expose_secret();
        let (flow, parameters) = match &self.flow {
            SignInFlow::Password => (AuthFlowType::UserPasswordAuth, vec![("PASSWORD", secret)]),
            SignInFlow::Choice if secret.is_empty() => (AuthFlowType::UserAuth, vec![]),
            SignInFlow::Choice => {
                (AuthFlowType::UserAuth, vec![("PREFERRED_CHALLENGE", "PASSWORD"), ("PASSWORD", secret)])
            }
            SignInFlow::Srp { clock, entropy } => return self.by_proof(username, secret, clock, entropy).await,
        };
        let told = self.initiate(flow, username, &parameters).await?;
        self.step(username, told).await
    }

    pub(super) async fn answer(&self, challenge: &Challenge, answer: &Answer) -> Result<SignInStep, ProviderError> {
        let responses = responses(challenge, answer)?;
        let mut session = challenge.session.clone();
        let name = match (challenge.name, answer) {
            (ChallengeName::MfaSetup, Answer::Code(code)) => {
                session = self.verify_software_token(session.as_ref(), code).await?;
                ChallengeNameType::MfaSetup
            }
            // The password is an answer to the question for the way in.
            (ChallengeName::Password | ChallengeName::SelectChallenge, _) => ChallengeNameType::SelectChallenge,
            (ChallengeName::NewPasswordRequired, _) => ChallengeNameType::NewPasswordRequired,
            (ChallengeName::SoftwareTokenMfa, _) => ChallengeNameType::SoftwareTokenMfa,
            (ChallengeName::SmsMfa, _) => ChallengeNameType::SmsMfa,
            (ChallengeName::SmsOtp, _) => ChallengeNameType::SmsOtp,
            (ChallengeName::EmailOtp, _) => ChallengeNameType::EmailOtp,
            (ChallengeName::WebAuthn, _) => ChallengeNameType::WebAuthn,
            (ChallengeName::SelectMfaType, _) => ChallengeNameType::SelectMfaType,
            (ChallengeName::MfaSetup, _) => return Err(ProviderError::InvalidInput),
        };
        let told = self.respond_with(name, &challenge.username, session.as_ref(), &responses).await?;
        self.step(&challenge.username, told).await
    }

    async fn by_proof(
        &self,
        username: &str,
        password: &str,
        clock: &Arc<dyn Clock>,
        entropy: &Arc<dyn Entropy>,
    ) -> Result<SignInStep, ProviderError> {
        let exchange = Exchange::begin(&**entropy);
        let told = self.initiate(AuthFlowType::UserSrpAuth, username, &[("SRP_A", &exchange.public())]).await?;
        if told.name != Some(ChallengeNameType::PasswordVerifier) {
            return self.step(username, told).await;
        }
        let bad = || ProviderError::unavailable("a PASSWORD_VERIFIER that cannot be answered");
        let parameter = |name: &str| told.parameters.get(name).map(String::as_str).ok_or_else(bad);
        let verifier = Verifier {
            user_id: parameter("USER_ID_FOR_SRP")?,
            salt: parameter("SALT")?,
            public: parameter("SRP_B")?,
            secret_block: parameter("SECRET_BLOCK")?,
        };
        let pool = self.config.user_pool_id.split_once('_').map_or("", |(_, name)| name);
        let now = timestamp(clock.now());
        let signature = exchange.claim(pool, &verifier, password, &now).map_err(|_| bad())?;
        let responses = [
            (String::from("PASSWORD_CLAIM_SIGNATURE"), signature),
            (String::from("PASSWORD_CLAIM_SECRET_BLOCK"), verifier.secret_block.to_owned()),
            (String::from("TIMESTAMP"), now),
        ];
        let (name, session) = (ChallengeNameType::PasswordVerifier, told.session.as_ref());
        let next = self.respond_with(name, verifier.user_id, session, &responses).await?;
        self.step(verifier.user_id, next).await
    }

    async fn initiate(
        &self,
        flow: AuthFlowType,
        username: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Told, ProviderError> {
        let client_id = &self.config.client_id;
        let answer = self.secrets.attempt(|secret| {
            let mut request = self.client.initiate_auth().client_id(client_id).auth_flow(flow.clone());
            request = request.auth_parameters("USERNAME", username);
            for (name, value) in parameters {
                request = request.auth_parameters(*name, *value);
            }
            if let Some(hash) = secret_hash(secret.as_ref(), username, client_id) {
                request = request.auth_parameters("SECRET_HASH", hash);
            }
            async move { request.send().await.map_err(|error| classify(Operation::SignIn, &error)) }
        });
        answer.await.map(Told::from)
    }

    async fn respond_with(
        &self,
        name: ChallengeNameType,
        username: &str,
        session: Option<&SecretString>,
        responses: &[(String, String)],
    ) -> Result<Told, ProviderError> {
        let client_id = &self.config.client_id;
        // A password that is proved or given here is one of a sign-in.
        let operation = match name {
            ChallengeNameType::PasswordVerifier => Operation::SignIn,
            _ => Operation::Challenge,
        };
        let answer = self.secrets.attempt(|secret| {
            let mut request = self
                .client
                .respond_to_auth_challenge()
                .client_id(client_id)
                .challenge_name(name.clone())
                .set_session(session.map(|session| session.expose_secret().to_owned()))
                .challenge_responses("USERNAME", username);
            for (name, value) in responses {
                request = request.challenge_responses(name, value);
            }
            if let Some(hash) = secret_hash(secret.as_ref(), username, client_id) {
                request = request.challenge_responses("SECRET_HASH", hash);
            }
            async move { request.send().await.map_err(|error| classify(operation, &error)) }
        });
        answer.await.map(Told::from)
    }

    /// What the pool's answer means.
    async fn step(&self, username: &str, told: Told) -> Result<SignInStep, ProviderError> {
        let Some(name) = &told.name else { return tokens(told.result.as_ref()).map(SignInStep::Tokens) };
        let known = known(name).ok_or_else(|| ProviderError::misconfigured(name.as_str()))?;
        let user = told.parameters.get("USER_ID_FOR_SRP").map_or(username, String::as_str);
        let mut challenge = Challenge::new(known, user, told.session.clone());
        let list = |name: &str| list(told.parameters.get(name));
        match known {
            ChallengeName::NewPasswordRequired => challenge.required_attributes = missing_attributes(&told.parameters),
            ChallengeName::SelectMfaType => challenge.choices = list("MFAS_CAN_CHOOSE"),
            ChallengeName::SelectChallenge => {
                challenge.choices = told.available.iter().filter(|way| is_way_in(way)).cloned().collect();
                // Not every browser has one: whatever comes first must be there for all.
                challenge.choices.sort_by_key(|way| way == "WEB_AUTHN");
            }
            ChallengeName::MfaSetup if !list("MFAS_CAN_SETUP").iter().any(|one| one == "SOFTWARE_TOKEN_MFA") => {
                return Err(ProviderError::misconfigured("MFA_SETUP without SOFTWARE_TOKEN_MFA"));
            }
            ChallengeName::WebAuthn => {
                challenge.passkey_options = told.parameters.get("CREDENTIAL_REQUEST_OPTIONS").cloned();
            }
            ChallengeName::MfaSetup => self.associate_software_token(&mut challenge).await?,
            _ => challenge.delivered_to = told.parameters.get("CODE_DELIVERY_DESTINATION").cloned(),
        }
        let must_choose = matches!(known, ChallengeName::SelectMfaType | ChallengeName::SelectChallenge);
        if must_choose && challenge.choices.is_empty() {
            return Err(ProviderError::misconfigured(name.as_str()));
        }
        Ok(SignInStep::Challenge(challenge))
    }

    /// The secret that an authenticator app shares with the pool from now on.
    async fn associate_software_token(&self, challenge: &mut Challenge) -> Result<(), ProviderError> {
        let session = challenge.session.as_ref().map(|session| session.expose_secret().to_owned());
        let answer = self.client.associate_software_token().set_session(session).send().await;
        let answer = answer.map_err(|error| classify(Operation::Challenge, &error))?;
        let code = answer.secret_code().ok_or_else(|| ProviderError::unavailable("an answer without a SecretCode"))?;
        challenge.setup_secret = Some(SecretString::from(code));
        challenge.session = answer.session().map(SecretString::from);
        Ok(())
    }

    /// Whether the app has that secret. The session of the answer is the one to go on with.
    async fn verify_software_token(
        &self,
        session: Option<&SecretString>,
        code: &SecretString,
    ) -> Result<Option<SecretString>, ProviderError> {
        let request = self
            .client
            .verify_software_token()
            .set_session(session.map(|session| session.expose_secret().to_owned()))
            .user_code(code.expose_secret());
        let answer = request.send().await.map_err(|error| classify(Operation::Challenge, &error))?;
        match answer.status() {
            Some(VerifySoftwareTokenResponseType::Success) => Ok(answer.session().map(SecretString::from)),
            _ => Err(ProviderError::CodeMismatch),
        }
    }
}

/// `ChallengeResponses` beside the name and the hash.
fn responses(challenge: &Challenge, answer: &Answer) -> Result<Vec<(String, String)>, ProviderError> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let code = |name: &str, code: &SecretString| vec![pair(name, code.expose_secret())];
    Ok(match (challenge.name, answer) {
        (ChallengeName::SoftwareTokenMfa, Answer::Code(given)) => code("SOFTWARE_TOKEN_MFA_CODE", given),
        (ChallengeName::SmsMfa, Answer::Code(given)) => code("SMS_MFA_CODE", given),
        (ChallengeName::SmsOtp, Answer::Code(given)) => code("SMS_OTP_CODE", given),
        (ChallengeName::EmailOtp, Answer::Code(given)) => code("EMAIL_OTP_CODE", given),
        (ChallengeName::MfaSetup, Answer::Code(_)) => Vec::new(),
        (ChallengeName::SelectMfaType | ChallengeName::SelectChallenge, Answer::Choice(choice)) => {
            vec![pair("ANSWER", choice)]
        }
        (ChallengeName::WebAuthn, Answer::Passkey(credential)) => vec![pair("CREDENTIAL", credential)],
        (ChallengeName::Password, Answer::Password(password)) => {
            vec![pair("ANSWER", "PASSWORD"), pair("PASSWORD", password.expose_secret())]
        }
        (ChallengeName::NewPasswordRequired, Answer::NewPassword(password, attributes)) => {
            let attributes = attributes.iter().map(|(name, value)| (format!("userAttributes.{name}"), value.clone()));
            std::iter::once(pair("NEW_PASSWORD", password.expose_secret())).chain(attributes).collect()
        }
        _ => return Err(ProviderError::InvalidInput),
    })
}

fn known(name: &ChallengeNameType) -> Option<ChallengeName> {
    Some(match name {
        ChallengeNameType::NewPasswordRequired => ChallengeName::NewPasswordRequired,
        ChallengeNameType::SoftwareTokenMfa => ChallengeName::SoftwareTokenMfa,
        ChallengeNameType::SmsMfa => ChallengeName::SmsMfa,
        ChallengeNameType::EmailOtp => ChallengeName::EmailOtp,
        ChallengeNameType::SmsOtp => ChallengeName::SmsOtp,
        ChallengeNameType::SelectMfaType => ChallengeName::SelectMfaType,
        ChallengeNameType::MfaSetup => ChallengeName::MfaSetup,
        ChallengeNameType::SelectChallenge => ChallengeName::SelectChallenge,
        ChallengeNameType::WebAuthn => ChallengeName::WebAuthn,
        _ => return None,
    })
}

/// The first factors that can be answered here. `PASSWORD_SRP` always comes with `PASSWORD`.
fn is_way_in(way: &str) -> bool {
    matches!(way, "PASSWORD" | "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN")
}

/// A parameter that is a list is one in JSON, in a string.
fn list(parameter: Option<&String>) -> Vec<String> {
    parameter.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// `requiredAttributes`, without those that have a value: what has one must not be sent again.
fn missing_attributes(parameters: &HashMap<String, String>) -> Vec<String> {
    let given = parameters.get("userAttributes").and_then(|json| serde_json::from_str(json).ok());
    let given: HashMap<String, serde_json::Value> = given.unwrap_or_default();
    let has_value = |name: &str| given.get(name).and_then(serde_json::Value::as_str).is_some_and(|one| !one.is_empty());
    let required = list(parameters.get("requiredAttributes")).into_iter();
    required.map(|name| name.trim_start_matches("userAttributes.").to_owned()).filter(|name| !has_value(name)).collect()
}

impl From<InitiateAuthOutput> for Told {
    fn from(answer: InitiateAuthOutput) -> Self {
        Self {
            session: answer.session().map(SecretString::from),
            available: answer.available_challenges().iter().map(|way| way.as_str().to_owned()).collect(),
            name: answer.challenge_name,
            parameters: answer.challenge_parameters.unwrap_or_default(),
            result: answer.authentication_result,
        }
    }
}

impl From<RespondToAuthChallengeOutput> for Told {
    fn from(answer: RespondToAuthChallengeOutput) -> Self {
        Self {
            session: answer.session().map(SecretString::from),
            available: Vec::new(),
            name: answer.challenge_name,
            parameters: answer.challenge_parameters.unwrap_or_default(),
            result: answer.authentication_result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_that_have_a_value_are_not_asked_for() {
        let parameters = HashMap::from([
            (
                String::from("requiredAttributes"),
                String::from(r#"["userAttributes.name","userAttributes.phone_number","email"]"#),
            ),
            (String::from("userAttributes"), String::from(r#"{"email":"a@b","name":"","email_verified":"true"}"#)),
        ]);
        assert_eq!(missing_attributes(&parameters), ["name", "phone_number"]);
        assert_eq!(missing_attributes(&HashMap::new()), Vec::<String>::new());
    }

    #[test]
    fn an_answer_that_does_not_fit_its_question_is_not_sent() {
        let challenge = Challenge::new(ChallengeName::SmsMfa, "ada", None);
        let answer = Answer::Password(SecretString::from("Password-1"));
        assert_eq!(responses(&challenge, &answer), Err(ProviderError::InvalidInput));
        let answer = Answer::Code(SecretString::from("123456"));
        let expected = vec![(String::from("SMS_MFA_CODE"), String::from("123456"))];
        assert_eq!(responses(&challenge, &answer), Ok(expected));
    }
}
