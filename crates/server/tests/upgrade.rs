//! The data folder: made, and met again by a new release.

use std::path::Path;

use guanxi_server::app::{BEFORE_UPGRADE, open_engine};
use guanxi_server::config::Config;
use guanxi_store::{Store, kept};
use tempfile::TempDir;

fn config(folder: &Path) -> Config {
    Config { data: folder.to_owned(), database: None, listen: String::new(), public_url: None }
}

/// A database whose tables another release made.
fn left_by_an_older_release(folder: &Path) {
    drop(open_engine(&config(folder)).unwrap());
    Store::open_sqlite(folder).unwrap().write(|conn| kept::set_meta(conn, "schema_print", "older")).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("deep/data");
    drop(open_engine(&config(&data)).unwrap());
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn the_first_start_and_every_other_one_keep_no_copy() {
    let folder = TempDir::new().unwrap();
    drop(open_engine(&config(folder.path())).unwrap());
    drop(open_engine(&config(folder.path())).unwrap());
    assert!(!folder.path().join(BEFORE_UPGRADE).exists());
}

#[test]
fn before_an_upgrade_the_database_is_kept_as_it_was() {
    let folder = TempDir::new().unwrap();
    left_by_an_older_release(folder.path());
    drop(open_engine(&config(folder.path())).unwrap());
    Store::check_file(&folder.path().join(BEFORE_UPGRADE)).unwrap();
    // What was kept is the older one.
    let old = TempDir::new().unwrap();
    std::fs::copy(folder.path().join(BEFORE_UPGRADE), Store::file_in(old.path())).unwrap();
    let store = Store::open_sqlite(old.path()).unwrap();
    let print = store.read(|conn| kept::meta(conn, "schema_print")).unwrap();
    assert_eq!(print.as_deref(), Some("older"));
}
