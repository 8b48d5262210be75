//! How much the generator can take, and whether it notices what is wrong: a
//! feed that only writes, in the place of a server.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::process::thread_cpu_seconds;
use crate::report::precise;
use crate::swarm::{Measured, Pace, Run, Swarm, server_frame, server_upgrade};

const ROOM: &str = "01900000-0000-7000-8000-000000000001";

/// What to hear.
#[derive(Debug, Clone, Args)]
pub(crate) struct SelfTest {
    /// Sockets.
    #[arg(long, default_value_t = 100)]
    sockets: usize,
    /// How long to count.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// Bytes of each text; a message has two of it and some 440 more.
    #[arg(long, default_value_t = 80)]
    bytes: usize,
    /// Frames the feed writes at once.
    #[arg(long, default_value_t = 54)]
    batch: u64,
}

impl SelfTest {
    /// Hears the feed and reports what that cost.
    pub(crate) fn run(&self) -> io::Result<ExitCode> {
        let Self { bytes, batch, .. } = *self;
        let batches = (0..).map(move |number| number * batch + 1..(number + 1) * batch + 1);
        let address = feed(self.sockets, batches, bytes)?;
        let mut swarm = open(address, self.sockets)?;
        let mut cpu = Vec::new();
        let measured = listen(&mut swarm, self.seconds, || cpu.push(thread_cpu_seconds()))?;
        let Measured { tally, time } = measured;
        let (delivered, seconds) = (precise(tally.delivered), time.as_secs_f64());
        let size = frames(1..2, bytes).len();
        println!(
            "{:>12.0} frames of {size} bytes a second",
            delivered / seconds
        );
        println!(
            "{:>12.0} in a second of processor time",
            delivered / (cpu[1] - cpu[0])
        );
        println!("{:?}", tally.faults);
        Ok(if tally.faults.none() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

fn open(address: SocketAddr, sockets: usize) -> io::Result<Swarm> {
    let mut swarm = Swarm::new([&*format!("http://{address}")])?;
    swarm.open(std::iter::repeat_n("", sockets), sockets)?;
    swarm.greet(sockets)?;
    Ok(swarm)
}

fn listen(swarm: &mut Swarm, seconds: f64, mark: impl FnMut()) -> io::Result<Measured> {
    let run = Run {
        senders: &[],
        pace: Pace::InFlight(0),
        text: "",
        warm_up: Duration::ZERO,
        time: Duration::from_secs_f64(seconds),
    };
    swarm.run(&run, mark)
}

/// Welcomes so many sockets, and then writes messages of these versions to all
/// of them, one range at a time, until they leave.
fn feed<V>(sockets: usize, batches: V, bytes: usize) -> io::Result<SocketAddr>
where
    V: Iterator<Item = std::ops::Range<u64>> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || -> io::Result<()> {
        let streams = listener
            .incoming()
            .take(sockets)
            .map(|stream| upgrade(stream?));
        let streams = streams.collect::<io::Result<Vec<_>>>()?;
        let welcomes = streams.iter().map(welcome);
        welcomes.collect::<io::Result<()>>()?;
        for batch in batches {
            let frames = frames(batch, bytes);
            for mut stream in &streams {
                stream.write_all(&frames)?;
            }
        }
        Ok(())
    });
    Ok(address)
}

fn upgrade(mut stream: TcpStream) -> io::Result<TcpStream> {
    let request = BufReader::new(&stream).lines();
    // The client waits with its hello for our answer: nothing beyond the head is read.
    let end = request.map_while(Result::ok).find(String::is_empty);
    end.ok_or(io::ErrorKind::UnexpectedEof)?;
    stream.write_all(server_upgrade().as_bytes())?;
    Ok(stream)
}

fn welcome(mut stream: &TcpStream) -> io::Result<()> {
    let mut hello = [0; 64];
    stream.read(&mut hello).map(drop)?;
    let text =
        format!(r#"{{"type":"welcome","v":1,"rooms":[{{"id":"{ROOM}","seq":0,"version":0}}]}}"#);
    stream.write_all(&server_frame(text.as_bytes()))
}

fn frames(versions: std::ops::Range<u64>, bytes: usize) -> Vec<u8> {
    let text = "x".repeat(bytes);
    let frames = versions.flat_map(|version| {
        let message = format!(
            r#"{{"type":"message","room":"{ROOM}","version":{version},"message":{{"id":"{ROOM}","room":"{ROOM}","seq":{version},"version":{version},"client_id":"0-0-{version}","author":{{"id":"{ROOM}","username":"ada","display_name":"ada","avatar_url":null,"bot":false}},"body":"{text}","html":"{text}","reply_to":null,"mentions":[],"attachments":[],"reactions":[],"created_at":"2026-01-02T03:04:05.678Z","edited_at":null,"deleted_at":null}}}}"#
        );
        server_frame(message.as_bytes())
    });
    frames.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::swarm::Faults;

    fn faults(batches: &'static [std::ops::Range<u64>]) -> Faults {
        let address = feed(2, batches.iter().cloned(), 100).unwrap();
        let mut swarm = open(address, 2).unwrap();
        let mut faults = Faults::default();
        while faults.closed < 2 {
            faults.add(&listen(&mut swarm, 0.01, || {}).unwrap().tally.faults);
        }
        faults
    }

    #[test]
    fn what_a_server_does_wrong_is_counted_on_every_socket() {
        // A feed that ends closes its sockets.
        let closed = Faults {
            closed: 2,
            ..Faults::default()
        };
        assert_eq!(faults(&[1..500, 500..1_000]), closed);
        assert_eq!(
            faults(&[1..4, 5..7]),
            Faults {
                gaps: 2,
                ..closed.clone()
            }
        );
        assert_eq!(
            faults(&[1..4, 3..7]),
            Faults {
                repeats: 2,
                ..closed.clone()
            }
        );
    }
}
