//! A new release meets the database of an older one.

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
