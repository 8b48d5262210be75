use std::io::{Error, ErrorKind, Result};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::weather::Weather;

/// How an ack of the server begins. What the server sends is not masked.
const ACK: &[u8] = br#"{"type":"ack""#;

/// The most chunks that are under way at once; then the sender must wait.
const UNDER_WAY: usize = 256;

/// One connection of a client, carried on to the server.
pub(super) struct Line {
    client: TcpStream,
    server: TcpStream,
    weather: watch::Receiver<Weather>,
}

impl Line {
    pub(super) fn new(
        client: TcpStream,
        server: TcpStream,
        weather: watch::Receiver<Weather>,
    ) -> Self {
        Self {
            client,
            server,
            weather,
        }
    }

    /// Carries both ways until both have ended, or one is torn.
    pub(super) async fn carry(mut self, mut chance: StdRng) {
        for stream in [&self.client, &self.server] {
            // Only the weather is to hold anything up.
            let _ = stream.set_nodelay(true);
        }
        let (from_client, to_client) = self.client.split();
        let (from_server, to_server) = self.server.split();
        let up = Way::new(&self.weather, &mut chance, false);
        let down = Way::new(&self.weather, &mut chance, true);
        let mut weather = self.weather.clone();
        let is_torn = tokio::select! {
            carried = async { tokio::try_join!(
                up.carry(from_client, to_server),
                down.carry(from_server, to_client),
            ) } => carried.is_err(),
            _ = weather.wait_for(|weather| weather.is_down) => true,
        };
        if is_torn {
            for stream in [&self.client, &self.server] {
                // Dropped like this, it is reset.
                let _ = stream.set_zero_linger();
            }
        }
    }
}

/// One direction of a connection.
struct Way {
    weather: watch::Receiver<Weather>,
    chance: StdRng,
    has_acks: bool,
    /// The end of the last chunk: an ack may begin in one and end in the next.
    tail: Vec<u8>,
}

impl Way {
    fn new(weather: &watch::Receiver<Weather>, chance: &mut StdRng, has_acks: bool) -> Self {
        Self {
            weather: weather.clone(),
            chance: StdRng::from_rng(chance),
            has_acks,
            tail: Vec::new(),
        }
    }

    async fn carry(self, from: ReadHalf<'_>, to: WriteHalf<'_>) -> Result<()> {
        let (sender, receiver) = mpsc::channel(UNDER_WAY);
        let weather = self.weather.clone();
        tokio::try_join!(self.take_in(from, sender), hand_out(receiver, weather, to),)?;
        Ok(())
    }

    /// Decides what becomes of each chunk.
    async fn take_in(
        mut self,
        mut from: ReadHalf<'_>,
        on: mpsc::Sender<(Instant, Vec<u8>)>,
    ) -> Result<()> {
        let mut last = Instant::now();
        loop {
            let mut chunk = Vec::with_capacity(4 << 10);
            if from.read_buf(&mut chunk).await? == 0 {
                return Ok(());
            }
            let weather = self.weather.borrow().clone();
            let acks = self.acks_in(&chunk);
            if self.chance.random_bool(weather.resets)
                || (acks && self.chance.random_bool(weather.lost_acks))
            {
                return Err(Error::from(ErrorKind::ConnectionReset));
            }
            let bytes = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
            last = weather.due(Instant::now(), last, bytes, &mut self.chance);
            if on.send((last, chunk)).await.is_err() {
                return Ok(());
            }
        }
    }

    fn acks_in(&mut self, chunk: &[u8]) -> bool {
        if !self.has_acks {
            return false;
        }
        self.tail.extend_from_slice(chunk);
        let found = self.tail.windows(ACK.len()).any(|bytes| bytes == ACK);
        let kept = self.tail.len().min(ACK.len() - 1);
        self.tail.drain(..self.tail.len() - kept);
        found
    }
}

/// Hands each chunk out when it is due.
async fn hand_out(
    mut chunks: mpsc::Receiver<(Instant, Vec<u8>)>,
    mut weather: watch::Receiver<Weather>,
    mut to: WriteHalf<'_>,
) -> Result<()> {
    while let Some((due, chunk)) = chunks.recv().await {
        tokio::time::sleep_until(due).await;
        // Without a proxy there is nobody to turn the weather.
        let _ = weather.wait_for(|weather| !weather.is_black_hole).await;
        to.write_all(&chunk).await?;
    }
    to.shutdown().await
}
