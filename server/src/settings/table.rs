//! Every variable, in the order of `--help`: its name, what it is when unset, and what it is for. One table, so that the
//! help, the reading and the README cannot drift apart (a test compares them).

/// One variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// The environment variable; the flag is the same in kebab case without the prefix.
    pub name: &'static str,
    /// What holds when it is unset, for people.
    pub default: &'static str,
    /// What it is for, in one line.
    pub help: &'static str,
}

const fn variable(name: &'static str, default: &'static str, help: &'static str) -> Variable {
    Variable { name, default, help }
}

/// All variables.
pub const VARIABLES: &[Variable] = &[
    variable("HOLDFAST_ADDR", "127.0.0.1:3000", "address to listen on"),
    variable(
        "HOLDFAST_PUBLIC_URL",
        "http://<addr>",
        "the one origin people use; https turns on Secure __Host- cookies and HSTS",
    ),
    variable(
        "HOLDFAST_TRUSTED_PROXIES",
        "none: the peer's address counts",
        "proxies whose X-Forwarded-For is believed, as addresses or networks: 10.0.0.0/8,…",
    ),
    variable("HOLDFAST_DATA", "./data", "directory of the database, the key file and the embedded pool, created 0700"),
    variable("HOLDFAST_DATABASE_URL", "sqlite://<data>/holdfast.db", "the database"),
    variable(
        "HOLDFAST_KEYS",
        "<data>/keys, made at the first start",
        "keys that seal tokens, as id:base64 of 32 bytes,…; the first seals, all open",
    ),
    variable(
        "HOLDFAST_COGNITO_USER_POOL_ID",
        "none: the embedded pool",
        "the user pool, such as eu-central-1_Ab12Cd34E",
    ),
    variable("HOLDFAST_COGNITO_CLIENT_ID", "none", "the app client; needed with a user pool id"),
    variable(
        "HOLDFAST_COGNITO_CLIENT_SECRET",
        "none",
        "the app client's secret, where it has one; both, separated by a comma, while it is being changed",
    ),
    variable(
        "HOLDFAST_COGNITO_AUTH_FLOW",
        "password",
        "how a sign-in begins: password; srp, where the app client takes only a proof of it; choice, with one-time codes and passkeys beside it",
    ),
    variable(
        "HOLDFAST_COGNITO_DOMAIN",
        "none: a form of Holdfast's own",
        "managed login's domain, https://…, to sign in there; embedded: the embedded pool's",
    ),
    variable(
        "HOLDFAST_COGNITO_SSO_VALIDITY",
        "60m",
        "how long a browser stays signed in at managed login, as the app client has it",
    ),
    variable("HOLDFAST_COGNITO_REGION", "read off the pool id", "the AWS region"),
    variable("HOLDFAST_COGNITO_ENDPOINT", "AWS's", "another endpoint that speaks Cognito's protocol"),
    variable("HOLDFAST_COGNITO_ISSUER", "AWS's two forms", "issuers to accept, separated by commas"),
    variable("HOLDFAST_COGNITO_JWKS_URL", "<issuer>/.well-known/jwks.json", "where the pool's signing keys are"),
    variable(
        "HOLDFAST_COGNITO_REFRESH_TOKEN_VALIDITY",
        "asked of Cognito, else required",
        "the app client's RefreshTokenValidity with its unit: 30d, 12h, 60m",
    ),
    variable(
        "HOLDFAST_API_ACCEPTS",
        "id",
        "tokens that programs may bring to /api/documents: id, access, id,access or none",
    ),
    variable(
        "HOLDFAST_API_CLIENTS",
        "the app client",
        "further app clients whose tokens are taken there, separated by commas",
    ),
    variable("HOLDFAST_API_RATE", "600", "requests of one user's programs in a minute"),
    variable("HOLDFAST_POLICY", "countdown", "what to do about the forced sign-in: countdown, early or strict"),
    variable(
        "HOLDFAST_EARLY_WINDOW",
        "60m",
        "early: with less than this left, ask for the sign-in before work starts; at most half the window",
    ),
    variable(
        "HOLDFAST_STRICT_WINDOW",
        "24h",
        "strict: with less than this left, a page asks for a new sign-in; at most half the window",
    ),
    variable("HOLDFAST_IDLE_LIMIT", "none; strict: 15m", "sign out after so long without activity, such as 15m"),
    variable("HOLDFAST_ABSOLUTE_LIMIT", "none", "sign out so long after the sign-in, such as 12h"),
    variable(
        "HOLDFAST_REVOCATION_CHECK",
        "none",
        "ask Cognito at most so often, while somebody is active, whether they are still signed in there, such as 60s",
    ),
    variable("HOLDFAST_NOTICE", "60m", "how long before the end the quiet line appears; at most half the window"),
    variable("HOLDFAST_WARNING", "10m", "how long before the end the banner appears; at most half the window"),
    variable(
        "HOLDFAST_ESCROW",
        "24h",
        "how long after a natural end saves are still kept for the next sign-in; 0 turns it off",
    ),
    variable(
        "HOLDFAST_DBSC",
        "on",
        "with an https public URL, bind sessions to a key of the device where the browser offers it (DBSC)",
    ),
    variable(
        "HOLDFAST_POOL_USERS",
        "ada@example.com, with a generated password",
        "the embedded pool's users: ada@example.com:Password-1,…",
    ),
    variable("HOLDFAST_POOL_ACCESS_TTL", "60m", "how long the embedded pool's access and ID tokens live"),
    variable("HOLDFAST_POOL_REFRESH_TTL", "24h", "how long the embedded pool's refresh tokens live"),
    variable("HOLDFAST_POOL_ROTATION", "off", "whether the embedded pool rotates refresh tokens"),
    variable("HOLDFAST_POOL_GRACE", "60s", "how long a rotated refresh token may be tried again"),
    variable("HOLDFAST_POOL_SSO_TTL", "60m", "how long a browser stays signed in at the embedded pool's managed login"),
    variable(
        "HOLDFAST_POOL_MAX_SESSIONS",
        "not counted",
        "how many sessions a user of the embedded pool has at once, 1 to 100",
    ),
    variable("HOLDFAST_POOL_STRICT", "off", "whether the embedded pool takes only validities that Cognito takes"),
    variable("HOLDFAST_CONTROL", "0", "1 opens /__control; embedded pool on a loopback address only"),
    variable(
        "HOLDFAST_METRICS_ADDR",
        "none: not served",
        "address for Prometheus to fetch /metrics from, such as 127.0.0.1:9464; never a public one",
    ),
    variable("HOLDFAST_LOG", "info", "what to log, in tracing's filter syntax"),
    variable("HOLDFAST_LOG_FORMAT", "text", "text or json"),
];
