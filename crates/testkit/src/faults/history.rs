//! What everybody did and saw, step by step, in memory and in a file.

use std::fs::{File, create_dir_all};
use std::io::{BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::watch;
use tokio::time::timeout;

/// Where a step stands: begun, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// It begins; nobody knows how it ends.
    Invoke,
    /// It took effect.
    Ok,
    /// It may have taken effect, or may yet: the client goes on trying.
    Info,
    /// It did not take effect and never will.
    Fail,
}

/// What kind of step it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A post: invoked when it is said, `ok` with its `ack`, `info` with an
    /// `error` that may be retried, `fail` with one that may not.
    Send,
    /// A `message` frame: `ok` if it was applied, `info` if the version was not
    /// the next and the client left it aside.
    Ev,
    /// From here on the client follows the room, and `seq` is where it joins in:
    /// `ok` with its first `welcome`, `info` with a `synced` that says `reset`.
    Joined,
    /// A `synced` frame.
    Synced,
    /// A `welcome` frame: the connection is open.
    Open,
    /// A `bye` frame.
    Bye,
    /// The connection is gone; `seq` is the close code.
    Close,
    /// Something was broken on purpose.
    Fault,
    /// Everything works again from here on.
    Heal,
}

/// One step of one actor. What a kind has no use for is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use = "it is no history until it is recorded"]
pub struct Entry {
    /// Nanoseconds since the history began, by a clock that only rises.
    pub mono_ns: u64,
    /// Who did or saw it.
    pub actor: Arc<str>,
    /// Where the step stands.
    pub op: Op,
    /// What it is.
    pub kind: Kind,
    /// The room's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub room: Option<Arc<str>>,
    /// The post's `client_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cid: Option<Arc<str>>,
    /// The message's place, the room's version, or a close code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The message's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Arc<str>>,
    /// Whether an `ack` said that it repeats an earlier result.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

impl Entry {
    /// A bare step, with the time still to be told.
    pub fn new(actor: &Arc<str>, op: Op, kind: Kind) -> Self {
        Self {
            mono_ns: 0,
            actor: actor.clone(),
            op,
            kind,
            room: None,
            cid: None,
            seq: None,
            id: None,
            duplicate: false,
        }
    }

    /// The same in this room.
    pub fn room(self, room: &str) -> Self {
        let room = Some(room.into());
        Self { room, ..self }
    }

    /// The same of the post with this `client_id`.
    pub fn cid(self, cid: &str) -> Self {
        let cid = Some(cid.into());
        Self { cid, ..self }
    }

    /// The same at this place.
    pub fn seq(self, seq: u64) -> Self {
        let seq = Some(seq);
        Self { seq, ..self }
    }

    /// The same of the message with this id.
    pub fn id(self, id: &str) -> Self {
        let id = Some(id.into());
        Self { id, ..self }
    }
}

/// The steps of everybody, in the order in which they were recorded. A clone
/// writes into the same history.
#[derive(Debug, Clone)]
pub struct History {
    began: Instant,
    book: Arc<Mutex<Book>>,
    /// How many entries there are.
    count: watch::Sender<usize>,
}

#[derive(Debug)]
struct Book {
    entries: Vec<Entry>,
    lines: BufWriter<File>,
}

impl History {
    /// Begins one, written line by line into `file`.
    ///
    /// # Panics
    /// If `file` cannot be made, or lies on the file system of `database`: a
    /// disk that forgets must not forget what it promised, too.
    pub fn beside(database: &Path, file: &Path) -> Self {
        let folder = file.parent().expect("a file has a folder");
        create_dir_all(folder).expect("the history's folder can be made");
        let device = |path: &Path| path.metadata().expect("the folder is there").dev();
        assert_ne!(
            device(folder),
            device(database),
            "{} and {} share a file system",
            file.display(),
            database.display()
        );
        let lines = File::create(file).expect("the history's file can be made");
        Self {
            began: Instant::now(),
            count: watch::Sender::new(0),
            book: Arc::new(Mutex::new(Book {
                entries: Vec::new(),
                lines: BufWriter::new(lines),
            })),
        }
    }

    /// Writes a step down, as of now.
    pub fn record(&self, mut entry: Entry) {
        let mut book = self.book.lock().expect("unpoisoned");
        // Under the lock, so that the order of the entries is that of the times.
        entry.mono_ns = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let line = serde_json::to_string(&entry).expect("an entry is plain");
        writeln!(book.lines, "{line}").expect("the history's disk is not the broken one");
        book.entries.push(entry);
        self.count.send_replace(book.entries.len());
    }

    /// Waits until so many steps that fit are recorded, from now on; `false` if that takes longer
    /// than `within`.
    pub async fn sees(
        &self,
        steps: usize,
        within: Duration,
        fits: impl Fn(&Entry) -> bool,
    ) -> bool {
        let mut count = self.count.subscribe();
        let (mut at, mut seen) = (*count.borrow_and_update(), 0);
        let waiting = async {
            while seen < steps {
                // The sender is ours.
                let _ = count.changed().await;
                let book = self.book.lock().expect("unpoisoned");
                seen += book.entries[at..]
                    .iter()
                    .filter(|entry| fits(entry))
                    .count();
                at = book.entries.len();
            }
        };
        timeout(within, waiting).await.is_ok()
    }

    /// How many steps so far fit.
    pub fn count(&self, fits: impl Fn(&Entry) -> bool) -> usize {
        let book = self.book.lock().expect("unpoisoned");
        book.entries.iter().filter(|entry| fits(entry)).count()
    }

    /// Everything so far; the file then has it too.
    pub fn entries(&self) -> Vec<Entry> {
        let mut book = self.book.lock().expect("unpoisoned");
        book.lines.flush().expect("the history's disk is whole");
        book.entries.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_a_line_with_what_its_kind_needs() {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let file = folder.path().join("history.jsonl");
        let history = History::beside(Path::new("/proc"), &file);
        let sent = Entry::new(&"ada".into(), Op::Invoke, Kind::Send);
        history.record(sent.room("r").cid("c"));
        assert_eq!(history.entries().len(), 1);
        let text = std::fs::read_to_string(&file).unwrap();
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(line["mono_ns"].is_u64(), "{line}");
        assert_eq!(
            (&line["op"], &line["kind"]),
            (&"invoke".into(), &"send".into())
        );
        assert_eq!((&line["cid"], line.get("seq")), (&"c".into(), None));
    }

    #[test]
    #[should_panic(expected = "share a file system")]
    fn the_databases_own_disk_is_refused() {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        History::beside(folder.path(), &folder.path().join("history.jsonl"));
    }
}
