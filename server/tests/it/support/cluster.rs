//! A PostgreSQL server of a test's own, which can be stopped and started again.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use super::{setting, until};

/// The folder of PostgreSQL's programs, from `scripts/with-postgres`.
const PROGRAMS: &str = "LATCHKEY_TEST_POSTGRES_BIN";

/// Running, or stopped for a while. Gone when it is dropped.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    /// Whom it runs as: PostgreSQL refuses to be root.
    user: Option<(u32, u32)>,
    password: String,
    port: u16,
    server: Option<Child>,
}

fn number(arguments: &[&str]) -> Option<u32> {
    let said = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(said.stdout).ok()?.trim().parse().ok()
}

impl Cluster {
    /// An empty one.
    pub(crate) async fn start() -> Self {
        let programs = setting(PROGRAMS).unwrap_or_else(|| {
            panic!("{PROGRAMS} is not set: run the tests with `scripts/with-postgres`, on a machine with PostgreSQL")
        });
        let root = rustix::process::getuid().is_root();
        let user = root.then(|| {
            let name = if number(&["-u", "postgres"]).is_some() {
                "postgres"
            } else {
                "nobody"
            };
            (number(&["-u", name]).unwrap(), number(&["-g", name]).unwrap())
        });
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut cluster = Self {
            programs: programs.into(),
            folder: tempfile::tempdir().unwrap(),
            user,
            password: uuid::Uuid::new_v4().simple().to_string(),
            port,
            server: None,
        };
        let password = cluster.folder.path().join("password");
        std::fs::write(&password, &cluster.password).unwrap();
        if let Some((uid, gid)) = user {
            for path in [cluster.folder.path(), &password] {
                std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
            }
        }
        let made = cluster
            .program("initdb")
            .arg("--pgdata")
            .arg(cluster.data())
            .arg("--pwfile")
            .arg(&password)
            .args([
                "--username",
                "latchkey",
                "--auth",
                "scram-sha-256",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
                "--no-sync",
            ])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        cluster.start_again().await;
        cluster
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new("setpriv");
        if let Some((uid, gid)) = self.user {
            command.args([
                "--reuid",
                &uid.to_string(),
                "--regid",
                &gid.to_string(),
                "--clear-groups",
            ]);
        }
        // It ends with the test, however that ends.
        command.args(["--pdeathsig", "QUIT"]).arg(self.programs.join(name));
        // The tests' own folder may be closed to that user.
        command.current_dir(Path::new("/")).stdin(Stdio::null());
        command
    }

    /// What `LATCHKEY_DATABASE_URL` takes.
    pub(crate) fn url(&self) -> String {
        format!("postgres://latchkey:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    /// Stops it as an administrator does who is in a hurry: transactions under way are rolled back.
    pub(crate) async fn stop(&mut self) {
        let mut server = self.server.take().expect("it runs");
        let pid = rustix::process::Pid::from_child(&server);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        for _ in 0..1500 {
            if server.try_wait().unwrap().is_some() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("PostgreSQL does not stop");
    }

    /// Starts it on the same port, and waits until it answers.
    pub(crate) async fn start_again(&mut self) {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))
            .unwrap();
        let server = self
            .program("postgres")
            .arg("-D")
            .arg(self.data())
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                &format!("port={}", self.port),
            ])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.server = Some(server);
        let url = self.url();
        until("PostgreSQL answers", || async {
            match PgConnection::connect(&url).await {
                Ok(connection) => connection.close().await.is_ok(),
                Err(_) => false,
            }
        })
        .await;
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let pid = rustix::process::Pid::from_child(&server);
        // At once, without tidying up: the data are thrown away.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        let _ = server.wait();
    }
}
