//! What the editor page makes a reader load.

use serde_json::Value;

use crate::Result;
use crate::plan::Plan;
use crate::table::Row;

const KB: f64 = 1024.0;
const BUDGET_KB: f64 = 117.0;

/// Loaded when somebody asks for what it does, or by another page (`app/site-sizes.mjs`).
const ON_DEMAND: [&str; 3] = ["list.", "passkey.", "preview."];

/// React 19 with the sign-in part of aws-amplify and nothing else, minified and brotli. We built and measured that once,
/// not in this run.
const REACT_WITH_AMPLIFY_KB: f64 = 98.0;

pub(crate) fn size(plan: &Plan) -> Result<Row> {
    let manifest: Value = serde_json::from_slice(&std::fs::read(plan.site.join("manifest.json"))?)?;
    let sizes = manifest["sizes"].as_object().ok_or("the site's manifest has no sizes")?;
    let bytes: Option<u64> = sizes
        .iter()
        .filter(|(name, _)| !ON_DEMAND.iter().any(|stem| name.starts_with(stem)))
        .map(|(_, size)| size["brotli"].as_u64())
        .sum();
    let kb = bytes.ok_or("a size is missing in the site's manifest")? as f64 / KB;
    Ok(Row {
        name: "editor page: wasm + js + css, brotli".to_owned(),
        measured: format!("{kb:.1} KB"),
        baseline: format!("{REACT_WITH_AMPLIFY_KB:.0} KB bare React with Amplify (measured earlier)"),
        ratio: Some(kb / REACT_WITH_AMPLIFY_KB),
        promise: format!("≤ {BUDGET_KB:.0} KB"),
        kept: Some(kb <= BUDGET_KB),
    })
}
