use std::error::Error;
use std::mem;
use std::sync::Arc;

use tokio::sync::mpsc::Receiver;
use whatscrap_kernel::BackendError;
use whatscrap_messages::{Bus, Event, NewMessage, PostError, Posted};

use super::Job;
use super::group::{self, Failure};
use crate::database::Database;

/// The most posts that share a transaction.
const GROUP: usize = 256;

/// Saves what stands in line, group after group, until the line is closed and empty.
pub(super) async fn run(database: Arc<Database>, bus: Arc<dyn Bus>, mut line: Receiver<Job>) {
    let mut waiting = Vec::with_capacity(GROUP);
    while line.recv_many(&mut waiting, GROUP).await > 0 {
        let jobs = mem::replace(&mut waiting, Vec::with_capacity(GROUP));
        // In a task of its own, so that a panic loses the answers of one group and not the lane.
        let saving = tokio::spawn(save(Arc::clone(&database), Arc::clone(&bus), jobs));
        if let Err(error) = saving.await {
            tracing::error!(%error, "a group of posts was lost");
        }
    }
}

async fn save(database: Arc<Database>, bus: Arc<dyn Bus>, jobs: Vec<Job>) {
    let (posts, answers): (Vec<_>, Vec<_>) = jobs
        .into_iter()
        .map(|job| (job.message, job.answer))
        .unzip();
    let results = results(&database, &posts).await;
    for posted in results.iter().flatten().filter(|posted| !posted.duplicate) {
        failpoint!("store::before-publish");
        bus.publish(Event::Message(Arc::clone(&posted.message)));
    }
    failpoint!("store::before-answer");
    for (answer, result) in answers.into_iter().zip(results) {
        // Who does not wait any more learns it from the retry.
        let _ = answer.send(result);
    }
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
