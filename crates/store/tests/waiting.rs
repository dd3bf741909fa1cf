//! A long write in turn with others.

use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use guanxi_store::Store;
use tempfile::TempDir;

#[test]
fn a_long_transaction_goes_on_until_somebody_waits() {
    let folder = TempDir::new().unwrap();
    let store = Store::open_sqlite(folder.path()).unwrap();
    let (begun, seen) = sync_channel::<bool>(0);
    std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            store.write(move |conn| {
                begun.send(conn.may_go_on(500) && !conn.may_go_on(1_000_000)).unwrap();
                let given_up = Instant::now() + Duration::from_secs(20);
                while conn.may_go_on(500) && Instant::now() < given_up {
                    std::thread::yield_now();
                }
                Ok(conn.may_go_on(500))
            })
        });
        assert!(seen.recv().unwrap(), "nobody waits yet");
        store.write(|_| Ok(())).unwrap();
        assert!(!long.join().unwrap().unwrap(), "somebody waits");
    });
}
