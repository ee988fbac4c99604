//! The variables of the API for programs.

use holdfast_session::bearer::BearerConfig;
use holdfast_session::verify::TokenUse;
use holdfast_user_pool::settings::{SettingError, read};

/// Which tokens programs may bring.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// Uses and rate.
    pub bearer: BearerConfig,
    /// App clients beside the server's own.
    pub clients: Vec<String>,
}

impl Api {
    pub(super) fn read(lookup: &impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let usual = BearerConfig::default();
        Ok(Self {
            bearer: BearerConfig {
                accepts: read(lookup, "HOLDFAST_API_ACCEPTS", "id,access", parse_uses)?.unwrap_or(usual.accepts),
                per_minute: read(lookup, "HOLDFAST_API_RATE", "600", parse_rate)?.unwrap_or(usual.per_minute),
            },
            clients: read(lookup, "HOLDFAST_API_CLIENTS", "1example23456789", parse_clients)?.unwrap_or_default(),
        })
    }
}

fn parse_uses(text: &str) -> Result<Vec<TokenUse>, String> {
    if text.trim() == "none" {
        return Ok(Vec::new());
    }
    let known = |word: &str| [TokenUse::Id, TokenUse::Access].into_iter().find(|one| one.as_str() == word);
    text.split(',')
        .map(|word| known(word.trim()).ok_or_else(|| format!("{word:?} is none of id, access and none")))
        .collect()
}

fn parse_rate(text: &str) -> Result<u32, String> {
    let rate = text.trim().parse().ok().filter(|rate| (1..=60_000).contains(rate));
    rate.ok_or_else(|| format!("{text:?} is not a number of requests between 1 and 60000"))
}

fn parse_clients(text: &str) -> Result<Vec<String>, String> {
    let is_id =
        |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+".contains(&byte));
    let ids: Vec<String> = text.split(',').map(|id| id.trim().to_owned()).collect();
    if ids.iter().all(|id| is_id(id)) { Ok(ids) } else { Err(format!("{text:?} is not a list of app client ids")) }
}
