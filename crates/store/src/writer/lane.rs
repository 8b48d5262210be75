use std::collections::HashMap;
use std::error::Error;
use std::mem;
use std::sync::Arc;

use tokio::sync::mpsc::Receiver;
use whatscrap_kernel::BackendError;
use whatscrap_messages::{Bus, Event, NewMessage, PostError, Posted};
use whatscrap_rooms::RoomId;

use super::Job;
use super::group::{self, Failure};
use crate::database::Database;

/// The most posts that share a transaction.
const GROUP: usize = 256;

/// The latest version of each room that was told. What is not in it is told again by a retry:
/// whoever has it leaves it aside, and nobody else would ever learn of a message whose group was
/// committed and then lost.
type Told = HashMap<RoomId, u64>;

/// Saves what stands in line, group after group, until the line is closed and empty.
pub(super) async fn run(database: Arc<Database>, bus: Arc<dyn Bus>, mut line: Receiver<Job>) {
    let mut waiting = Vec::with_capacity(GROUP);
    let mut told = Told::new();
    while line.recv_many(&mut waiting, GROUP).await > 0 {
        let jobs = mem::replace(&mut waiting, Vec::with_capacity(GROUP));
        // In a task of its own, so that a panic loses the answers of one group and not the lane.
        let saving = tokio::spawn(save(Arc::clone(&database), Arc::clone(&bus), jobs, told));
        told = saving.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a group of posts was lost");
            Told::new()
        });
    }
}

async fn save(database: Arc<Database>, bus: Arc<dyn Bus>, jobs: Vec<Job>, mut told: Told) -> Told {
    let (posts, answers): (Vec<_>, Vec<_>) = jobs
        .into_iter()
        .map(|job| (job.message, job.answer))
        .unzip();
    let results = results(&database, &posts).await;
    for posted in results.iter().flatten() {
        let told = told.entry(posted.message.room).or_default();
        if posted.version <= *told {
            continue;
        }
        *told = posted.version;
        failpoint!("store::before-publish");
        bus.publish(Event::Message(Arc::clone(&posted.message)));
    }
    failpoint!("store::before-answer");
    for (answer, result) in answers.into_iter().zip(results) {
        // Who does not wait any more learns it from the retry.
        let _ = answer.send(result);
    }
    told
}

async fn results(database: &Database, posts: &[NewMessage]) -> Vec<Result<Posted, PostError>> {
    match database.within(group::commit(database, posts)).await {
        Ok(results) => results,
        Err(Failure::Refused(error)) if posts.len() > 1 => {
            tracing::warn!(%error, posts = posts.len(), "a group is saved post by post");
            let mut results = Vec::with_capacity(posts.len());
            for post in posts {
                let alone = database.within(group::commit(database, std::slice::from_ref(post)));
                results.extend(alone.await.unwrap_or_else(|failure| failed(&failure, 1)));
            }
            results
        }
        Err(failure) => failed(&failure, posts.len()),
    }
}

fn failed(failure: &Failure, posts: usize) -> Vec<Result<Posted, PostError>> {
    let cause = match failure {
        Failure::Refused(error) => error.to_string(),
        Failure::Unknown(error) => error.source().unwrap_or(error).to_string(),
    };
    tracing::warn!(cause, posts, "posts were not saved, or nobody knows");
    (0..posts)
        .map(|_| Err(BackendError::new(cause.clone()).into()))
        .collect()
}
