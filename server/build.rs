//! Embeds the site: every file of `HOLDFAST_SITE_DIR` (which `make` sets) becomes an entry of a table in
//! `$OUT_DIR/site.rs`. Without that variable, or where the folder holds no finished site, the table is empty and the
//! pages work without scripts and styles.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=HOLDFAST_SITE_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../migrations");

    let table = match env::var_os("HOLDFAST_SITE_DIR").map(PathBuf::from) {
        Some(folder) => {
            // Written last, so that a half-written folder is not taken for a site.
            println!("cargo::rerun-if-changed={}", folder.join("manifest.json").display());
            if folder.join("manifest.json").is_file() { table_of(&folder)? } else { String::from("&[]") }
        }
        None => String::from("&[]"),
    };
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("site.rs"), table)?;
    Ok(())
}

fn table_of(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
        if name != "manifest.json" && !is_compressed(&name) {
            names.push(name);
        }
    }
    names.sort();

    let mut table = String::from("&[\n");
    for name in names {
        let path = folder.join(&name);
        let copy = |extension: &str| {
            let path = folder.join(format!("{name}.{extension}"));
            if path.is_file() { format!("Some(include_bytes!({path:?}))") } else { String::from("None") }
        };
        writeln!(
            table,
            "    Embedded {{ name: {name:?}, plain: include_bytes!({path:?}), br: {}, gz: {} }},",
            copy("br"),
            copy("gz"),
        )?;
    }
    table.push(']');
    Ok(table)
}

fn is_compressed(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "br" || extension == "gz")
}
