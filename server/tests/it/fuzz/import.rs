//! `latchkey import`: a file that is refused has changed nothing, and one that is taken is a household that starts.

use std::sync::Arc;

use latchkey::{
    domain::clock::{Clock, ManualClock},
    services::transfer::{export, import},
    storage::Db,
};
use serde_json::json;

use crate::support::{Engine, START, TestApp, fuzz};

/// Everything that is stored, but for the moment at which it was written down.
async fn all(db: &Db, clock: &dyn Clock) -> Vec<u8> {
    let mut file = Vec::new();
    export(db, clock, &mut file).await.unwrap();
    file
}

#[test]
fn a_refused_file_changes_nothing_and_a_taken_one_starts() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let clock: Arc<ManualClock> = Arc::new(ManualClock::at(START));
    let (app, seed) = runtime.block_on(async {
        let app = TestApp::start(Engine::Sqlite).await;
        let owner = app.owner().await;
        app.member("anna").await;
        owner
            .post_json(
                "/api/v1/user/2/settings/tokens",
                json!({ "name": "Wall", "expiresInDays": 30 }),
            )
            .await
            .expect(201);
        app.state.activity.flush().await.unwrap();
        let seed = all(&app.db, &*clock).await;
        (app, seed)
    });
    let taken = std::cell::Cell::new(0);
    fuzz("import", 20, std::slice::from_ref(&seed), |input| {
        runtime.block_on(async {
            let before = all(&app.db, &*clock).await;
            let mut reader = input;
            let imported = import(&app.db, &mut reader, true).await;
            let after = all(&app.db, &*clock).await;
            match imported {
                Err(error) => {
                    assert!(before == after, "refused ({error}), and changed all the same");
                    // The message is for people, and a secret file is not read out in it.
                    let said = error.to_string();
                    assert!(!said.is_empty() && !said.contains("token_hash"), "{said}");
                }
                Ok(rows) => {
                    taken.set(taken.get() + 1);
                    assert!(rows > 0 || input.len() < 300, "{rows} rows");
                    // It starts, and what it writes down is taken once more.
                    app.second_instance().await;
                    let whole = all(&app.db, &*clock).await;
                    let mut again: &[u8] = &whole;
                    import(&app.db, &mut again, true).await.unwrap();
                    // Back to the household that was.
                    let mut seed: &[u8] = &seed;
                    import(&app.db, &mut seed, true).await.unwrap();
                }
            }
        });
    });
    assert!(taken.get() > 0, "no file was taken");
}
