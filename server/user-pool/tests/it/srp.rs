//! USER_SRP_AUTH, with a client of its own that knows nothing of the pool's arithmetic but the published protocol.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use holdfast::clock::Clock as _;
use holdfast_user_pool::control::UserAction;
use num_bigint::{BigInt, BigUint, Sign};
use serde_json::{Value, json};
use time::macros::format_description;

use crate::harness::{EMAIL, PASSWORD, TestPool, challenged, outcome, refusal, text, tokens};

/// RFC 3526, 4.
const PRIME: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1F\
E649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC\
9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898\
FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E0\
4A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5B\
FCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";

/// The client's half of one sign-in.
pub(crate) struct Client {
    private: BigUint,
}

fn prime() -> BigUint {
    BigUint::parse_bytes(PRIME.as_bytes(), 16).unwrap()
}

fn number(parameter: &Value) -> BigUint {
    BigUint::parse_bytes(parameter.as_str().unwrap().as_bytes(), 16).unwrap()
}

fn padded(number: &BigUint) -> Vec<u8> {
    BigInt::from_biguint(Sign::Plus, number.clone()).to_signed_bytes_be()
}

fn hashed(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(digest(&SHA256, &parts.concat()).as_ref())
}

fn tag(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message).as_ref().to_vec()
}

impl Client {
    pub(crate) fn new() -> Self {
        Self { private: BigUint::from_bytes_be(&[7; 128]) }
    }

    fn public(&self) -> BigUint {
        BigUint::from(2_u8).modpow(&self.private, &prime())
    }

    /// `SRP_A`.
    pub(crate) fn srp_a(&self) -> String {
        self.public().to_str_radix(16)
    }

    /// The responses to PASSWORD_VERIFIER.
    pub(crate) fn claim(&self, pool: &TestPool, parameters: &Value, password: &str) -> Value {
        let (n, g) = (prime(), BigUint::from(2_u8));
        let pool_name = pool.pool.pool_id().split_once('_').unwrap().1;
        let user = parameters["USER_ID_FOR_SRP"].as_str().unwrap();
        let (b, salt) = (number(&parameters["SRP_B"]), number(&parameters["SALT"]));
        let identity = digest(&SHA256, format!("{pool_name}{user}:{password}").as_bytes());
        let x = hashed(&[&padded(&salt), identity.as_ref()]);
        let k = hashed(&[&padded(&n), &padded(&g)]);
        let u = hashed(&[&padded(&self.public()), &padded(&b)]);
        // B - k·g^x, kept positive.
        let base = (&b + &n * &k - &k * g.modpow(&x, &n)) % &n;
        let secret = base.modpow(&(&self.private + &u * &x), &n);
        let extracted = tag(&padded(&u), &padded(&secret));
        let key = &tag(&extracted, b"Caldera Derived Key\x01")[..16];
        let form = format_description!(
            "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
        );
        let timestamp = pool.clock.now().format(form).unwrap();
        let block = STANDARD.decode(parameters["SECRET_BLOCK"].as_str().unwrap()).unwrap();
        let message = [pool_name.as_bytes(), user.as_bytes(), &block, timestamp.as_bytes()].concat();
        json!({
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(tag(key, &message)),
            "TIMESTAMP": timestamp,
        })
    }
}

async fn begin(pool: &TestPool, name: &str, client: &Client) -> Result<Value, (String, String)> {
    let answer = pool.initiate("USER_SRP_AUTH", json!({ "USERNAME": name, "SRP_A": client.srp_a() })).await?;
    assert_eq!(answer["ChallengeName"], "PASSWORD_VERIFIER");
    assert!(answer["Session"].is_null(), "clients send none back");
    Ok(answer["ChallengeParameters"].clone())
}

/// RespondToAuthChallenge as the clients write it, without a session.
async fn respond(pool: &TestPool, responses: &Value) -> Result<Value, (String, String)> {
    let body = json!({
        "ChallengeName": "PASSWORD_VERIFIER",
        "ClientId": pool.client_id(),
        "ChallengeResponses": responses,
    });
    pool.call("RespondToAuthChallenge", body).await
}

fn refused() -> Result<(), (String, String)> {
    refusal("NotAuthorizedException", "Incorrect username or password.")
}

#[tokio::test]
async fn a_user_signs_in_without_sending_the_password_where_plain_passwords_are_refused() {
    let pool = TestPool::with(|config| config.sign_in.explicit_auth_flows = vec!["ALLOW_USER_SRP_AUTH".to_owned()]);
    assert_eq!(
        outcome(pool.sign_in_as(EMAIL, PASSWORD).await),
        refusal("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
    );
    let client = Client::new();
    let parameters = begin(&pool, "ADA@example.com", &client).await.unwrap();
    let signed_in = tokens(&respond(&pool, &client.claim(&pool, &parameters, PASSWORD)).await.unwrap());
    assert_eq!(pool.claims(&signed_in.id).await["sub"], parameters["USER_ID_FOR_SRP"]);
}

#[tokio::test]
async fn a_wrong_password_a_spent_block_and_another_time_are_refused() {
    let pool = TestPool::open();
    let client = Client::new();
    let parameters = begin(&pool, EMAIL, &client).await.unwrap();
    assert_eq!(outcome(respond(&pool, &client.claim(&pool, &parameters, "Password-2")).await), refused());
    assert_eq!(
        outcome(respond(&pool, &client.claim(&pool, &parameters, PASSWORD)).await),
        refusal("NotAuthorizedException", "Invalid session for the user.")
    );
    let parameters = begin(&pool, EMAIL, &client).await.unwrap();
    let mut claim = client.claim(&pool, &parameters, PASSWORD);
    claim["TIMESTAMP"] = "Thu Jan 15 08:00:00 UTC 2026".into();
    assert_eq!(outcome(respond(&pool, &claim).await), refused());
    let parameters = begin(&pool, EMAIL, &client).await.unwrap();
    let claim = client.claim(&pool, &parameters, PASSWORD);
    pool.advance(180);
    assert_eq!(respond(&pool, &claim).await.unwrap_err().1, "Invalid session for the user, session is expired.");
    for zero in ["0", PRIME, "no number"] {
        let parameters = json!({ "USERNAME": EMAIL, "SRP_A": zero });
        assert_eq!(pool.initiate("USER_SRP_AUTH", parameters).await.unwrap_err().0, "InvalidParameterException");
    }
}

#[tokio::test]
async fn who_does_not_exist_cannot_be_told_from_who_does() {
    let pool = TestPool::open();
    let client = Client::new();
    let one = begin(&pool, "nobody@example.com", &client).await.unwrap();
    let two = begin(&pool, "Nobody@Example.com", &client).await.unwrap();
    assert_eq!((&one["SALT"], &one["USER_ID_FOR_SRP"]), (&two["SALT"], &two["USER_ID_FOR_SRP"]));
    assert_ne!(one["SRP_B"], two["SRP_B"]);
    assert_eq!(outcome(respond(&pool, &client.claim(&pool, &one, PASSWORD)).await), refused());
}

#[tokio::test]
async fn wrong_claims_lock_a_name_as_wrong_passwords_do() {
    let pool = TestPool::open();
    let client = Client::new();
    for _ in 0..5 {
        let parameters = begin(&pool, EMAIL, &client).await.unwrap();
        assert_eq!(outcome(respond(&pool, &client.claim(&pool, &parameters, "Password-2")).await), refused());
    }
    let locked = refusal("NotAuthorizedException", "Password attempts exceeded");
    assert_eq!(outcome(begin(&pool, EMAIL, &client).await), locked);
    assert_eq!(outcome(pool.sign_in_as(EMAIL, PASSWORD).await), locked);
    pool.advance(1);
    begin(&pool, EMAIL, &client).await.unwrap();
}

#[tokio::test]
async fn a_new_password_is_good_for_srp_and_the_old_one_is_not() {
    let pool = TestPool::open();
    pool.pool.control().user(EMAIL, UserAction::ForceNewPassword).await.unwrap();
    let client = Client::new();
    let parameters = begin(&pool, EMAIL, &client).await.unwrap();
    let answer = respond(&pool, &client.claim(&pool, &parameters, PASSWORD)).await.unwrap();
    let session = challenged("NEW_PASSWORD_REQUIRED", &answer).session;
    let new = json!({ "NEW_PASSWORD": "Another-Password-1" });
    tokens(&pool.respond("NEW_PASSWORD_REQUIRED", &session, new).await.unwrap());
    let parameters = begin(&pool, EMAIL, &client).await.unwrap();
    assert_eq!(outcome(respond(&pool, &client.claim(&pool, &parameters, PASSWORD)).await), refused());
    let parameters = begin(&pool, EMAIL, &client).await.unwrap();
    let claim = client.claim(&pool, &parameters, "Another-Password-1");
    tokens(&respond(&pool, &claim).await.unwrap());
    assert!(!text(&claim["PASSWORD_CLAIM_SIGNATURE"]).is_empty());
}
