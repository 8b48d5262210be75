//! A network one would rather not have, on the way between clients and a server.

mod carrying;
mod weather;

use std::net::SocketAddr;

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

use self::carrying::Line;
pub use self::weather::Weather;

/// A TCP proxy on loopback. Its weather can change at any time, for the
/// connections that are there too; they all end with the value.
#[derive(Debug)]
pub struct Proxy {
    /// Where clients connect to, as `http://host:port`.
    pub origin: String,
    weather: watch::Sender<Weather>,
    _accepting: AbortOnDropHandle<()>,
}

impl Proxy {
    /// A proxy in front of the server at `origin`, in fair weather. What is left
    /// to chance depends on `seed` alone.
    ///
    /// # Panics
    /// If loopback has no port left.
    pub async fn before(origin: &str, seed: u64) -> Self {
        let server = origin.trim_start_matches("http://");
        let server: SocketAddr = server.parse().expect("an origin is an address");
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("loopback has a free port");
        let own = listener.local_addr().expect("it is bound");
        let weather = watch::Sender::new(Weather::default());
        let accepting = accept(listener, server, weather.subscribe(), seed);
        Self {
            origin: format!("http://{own}"),
            weather,
            _accepting: AbortOnDropHandle::new(tokio::spawn(accepting)),
        }
    }

    /// Changes the weather.
    pub fn turns(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

/// Takes connections in and carries each, until it is dropped with all of them.
async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    weather: watch::Receiver<Weather>,
    seed: u64,
) {
    let mut connections = JoinSet::new();
    let mut chance = StdRng::seed_from_u64(seed);
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        let weather = weather.clone();
        let chance = StdRng::from_rng(&mut chance);
        if weather.borrow().is_down {
            continue;
        }
        connections.spawn(async move {
            // A server that is away refuses by hanging up.
            if let Ok(server) = TcpStream::connect(server).await {
                Line::new(client, server, weather).carry(chance).await;
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::{Instant, timeout};

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    /// A server that says back what it hears, behind a proxy in this weather.
    async fn echo(weather: Weather) -> (Proxy, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut read, mut write) = stream.split();
                    tokio::io::copy(&mut read, &mut write).await
                });
            }
        });
        let proxy = Proxy::before(&origin, 1).await;
        proxy.turns(weather);
        let address = proxy.origin.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await.unwrap();
        (proxy, stream)
    }

    async fn hears(stream: &mut TcpStream, words: &str) {
        let mut heard = vec![0; words.len()];
        let hearing = stream.read_exact(&mut heard);
        timeout(SOON, hearing).await.unwrap().unwrap();
        assert_eq!(heard, words.as_bytes());
    }

    #[tokio::test]
    async fn what_is_delayed_arrives_whole_and_in_order() {
        let weather = Weather {
            delay: Duration::from_millis(20),
            jitter: Duration::from_millis(20),
            ..Weather::default()
        };
        let (_proxy, mut stream) = echo(weather).await;
        let mut all = String::new();
        for number in 0..100 {
            let words = format!("{number},");
            stream.write_all(words.as_bytes()).await.unwrap();
            all += &words;
        }
        hears(&mut stream, &all).await;
        stream.shutdown().await.unwrap();
        assert_eq!(
            stream.read(&mut [0]).await.unwrap(),
            0,
            "an end is passed on"
        );
    }

    #[tokio::test]
    async fn a_narrow_line_takes_its_time() {
        let weather = Weather {
            bytes_per_second: Some(20_000),
            ..Weather::default()
        };
        let (_proxy, mut stream) = echo(weather).await;
        let words = "x".repeat(10_000);
        let start = Instant::now();
        stream.write_all(words.as_bytes()).await.unwrap();
        hears(&mut stream, &words).await;
        assert!(start.elapsed() > Duration::from_millis(500));
    }

    #[tokio::test]
    async fn nothing_passes_a_black_hole_until_it_heals() {
        let (proxy, mut stream) = echo(Weather::black_hole()).await;
        stream.write_all(b"hello").await.unwrap();
        let silence = timeout(Duration::from_millis(100), stream.read_u8()).await;
        assert!(silence.is_err(), "{silence:?}");
        proxy.turns(Weather::default());
        hears(&mut stream, "hello").await;
    }

    #[tokio::test]
    async fn a_network_that_goes_down_resets_what_is_there_and_takes_nothing_in() {
        let (proxy, mut stream) = echo(Weather::default()).await;
        stream.write_all(b"hello").await.unwrap();
        hears(&mut stream, "hello").await;
        proxy.turns(Weather::down());
        let read = timeout(SOON, stream.read(&mut [0; 8])).await.unwrap();
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
        let address = proxy.origin.trim_start_matches("http://");
        let mut late = TcpStream::connect(address).await.unwrap();
        let read = timeout(SOON, late.read(&mut [0; 8])).await.unwrap();
        assert!(!read.is_ok_and(|bytes| bytes > 0));
    }

    #[tokio::test]
    async fn a_reset_is_an_error_and_not_an_end() {
        let weather = Weather {
            resets: 1.0,
            ..Weather::default()
        };
        let (_proxy, mut stream) = echo(weather).await;
        stream.write_all(b"hello").await.unwrap();
        let read = timeout(SOON, stream.read(&mut [0; 8])).await.unwrap();
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }

    #[tokio::test]
    async fn an_ack_is_cut_off_whole_and_everything_else_passes() {
        let weather = Weather {
            lost_acks: 1.0,
            ..Weather::default()
        };
        let (_proxy, mut stream) = echo(weather).await;
        stream.write_all(br#"{"type":"pong"}"#).await.unwrap();
        hears(&mut stream, r#"{"type":"pong"}"#).await;
        stream
            .write_all(br#"{"type":"ack","ref":"1"}"#)
            .await
            .unwrap();
        let read = timeout(SOON, stream.read(&mut [0; 8])).await.unwrap();
        assert_eq!(read.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
}
