//! Has the linker write down which numbers are addresses: `app/shrink.mjs` leaves out the data that nothing refers to.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A development build is not shrunk.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
