//! What SQLite itself says of a database that was broken.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Result;

/// `PRAGMA integrity_check` of the database in a data directory that no server uses any more.
pub(crate) fn check(data: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let mut connection = SqliteConnectOptions::new().filename(data.join("holdfast.db")).connect().await?;
        let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
        let wrong: Vec<String> =
            sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check").fetch_all(&mut connection).await?;
        connection.close().await?;
        if said != ["ok"] || !wrong.is_empty() {
            return Err(format!("integrity_check: {said:?}, foreign keys: {wrong:?}").into());
        }
        Ok(())
    })
}
