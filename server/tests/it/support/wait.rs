//! Waiting for a condition instead of sleeping for a time.

use std::time::Duration;

/// Asks `ready` again and again until it says yes; the test fails, naming `what`, after ten seconds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut ready: impl FnMut() -> F) {
    let asked = tokio::time::timeout(Duration::from_secs(10), async {
        while !ready().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(asked.await.is_ok(), "waited ten seconds in vain: {what}");
}
