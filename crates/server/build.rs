//! The pages are embedded from `web/dist`; an empty folder lets the server build without them.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
    if let Err(error) = std::fs::create_dir_all("../../web/dist") {
        println!("cargo:warning=web/dist: {error}");
    }
}
