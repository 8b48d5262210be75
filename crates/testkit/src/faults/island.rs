//! A network of one node's own, to which the ways can be cut in silence.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use crate::companion::Companion;
use crate::needs;

/// A way between an [`Island`] and the rest of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By which people come.
    People,
    /// To the Redis.
    Redis,
}

/// A network namespace with two ways into it. When one is cut its packets are lost in both
/// directions: no connection ends by it, and nobody is told. Gone with the value.
#[derive(Debug)]
pub struct Island {
    /// What the namespace is called.
    pub name: String,
    first: u32,
    shell: Arc<Mutex<Companion>>,
}

impl Island {
    /// Makes one; `None`, after a loud message, where that is not allowed.
    pub async fn raise() -> Option<Self> {
        let raised = tokio::task::spawn_blocking(Self::make).await;
        raised.expect("an island rises")
    }

    fn make() -> Option<Self> {
        const SCRIPT: &str = include_str!("island.sh");
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let is_allowed = succeeds(Command::new("unshare").args(["--net", "ip", "link"]))
            && succeeds(Command::new("tc").arg("-V"));
        if !is_allowed {
            needs::missing(
                "a network namespace",
                "run as root, with ip and tc (Debian: apt-get install iproute2)",
            );
            return None;
        }
        // Eight addresses of 198.18.0.0/15, which is set aside for tests.
        let number = (std::process::id() * 8 + NEXT.fetch_add(1, Ordering::Relaxed)) % (1 << 14);
        let (name, first) = (format!("wc{number}"), number * 8);
        let ends = [1, 2, 5, 6].map(|end| address(first + end));
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "island.sh", &name]).args(ends);
        let (shell, _) = Companion::start(command.current_dir("/"));
        let shell = Arc::new(Mutex::new(shell));
        Some(Self { name, first, shell })
    }

    /// The machine's address at the near end of a way.
    pub fn near(&self, way: Way) -> String {
        address(self.first + 1 + 4 * way as u32)
    }

    /// The address at the far end.
    pub fn far(&self, way: Way) -> String {
        address(self.first + 2 + 4 * way as u32)
    }

    /// Loses whatever goes this way from here on.
    pub async fn cuts(&self, way: Way) {
        self.obeys(format!("cut {}", way as u32)).await;
    }

    /// Loses nothing any more.
    pub async fn mends(&self, way: Way) {
        self.obeys(format!("mend {}", way as u32)).await;
    }

    async fn obeys(&self, order: String) {
        let shell = self.shell.clone();
        let obeyed = tokio::task::spawn_blocking(move || {
            shell.lock().expect("unpoisoned").obeys(&order);
        });
        obeyed.await.expect("the island obeys");
    }
}

fn succeeds(command: &mut Command) -> bool {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn address(number: u32) -> String {
    let [_, low @ ..] = number.to_be_bytes();
    format!("198.{}.{}.{}", 18 + u32::from(low[0]), low[1], low[2])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn a_way_that_is_cut_loses_everything_and_tells_nobody() {
        let Some(island) = Island::raise().await else {
            return;
        };
        let listener = TcpListener::bind((island.near(Way::Redis), 0)).await;
        let listener = listener.expect("the near end is here");
        let port = listener.local_addr().expect("it is bound").port();
        let script = format!(
            "exec 3<>/dev/tcp/{}/{port}; cat <&3 >&3",
            island.near(Way::Redis)
        );
        let mut echo = Command::new("ip")
            .args(["netns", "exec", &island.name, "bash", "-c", &script])
            .spawn()
            .expect("bash runs");
        let (mut stream, _) = listener.accept().await.expect("it comes");
        let mut heard = [0; 2];
        for _ in 0..2 {
            stream.write_all(b"ok").await.expect("it is open");
            stream.read_exact(&mut heard).await.expect("it is open");
            island.cuts(Way::Redis).await;
            stream.write_all(b"on").await.expect("nobody is told");
            let hearing = timeout(Duration::from_millis(300), stream.read_exact(&mut heard));
            assert!(hearing.await.is_err(), "something came");
            let refused = TcpStream::connect((island.far(Way::People), 1)).await;
            let refused = refused.expect_err("nobody listens there");
            assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);
            island.mends(Way::Redis).await;
            stream.read_exact(&mut heard).await.expect("it is open");
            assert_eq!(&heard, b"on");
        }
        drop(stream);
        echo.wait().expect("bash ends");
    }
}
