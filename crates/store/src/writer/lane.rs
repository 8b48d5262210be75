use std::error::Error;
use std::mem;

use tokio::sync::mpsc::Receiver;
use tokio::task::yield_now;
use whatscrap_kernel::BackendError;
use whatscrap_messages::{Event, NewMessage, PostError, Posted};

use super::group::{self, Failure};
use super::told::Told;
use super::{Job, Saver};

/// The most posts that share a transaction.
const GROUP: usize = 512;

/// Saves what stands in line, group after group, until the line is closed and empty.
pub(super) async fn run(saver: Saver, mut line: Receiver<Job>) {
    let mut waiting = Vec::with_capacity(GROUP);
    let mut told = Told::default();
    while line.recv_many(&mut waiting, GROUP).await > 0 {
        // Who is about to post joins this group instead of waiting for it.
        yield_now().await;
        while waiting.len() < GROUP
            && let Ok(job) = line.try_recv()
        {
            waiting.push(job);
        }
        let jobs = mem::replace(&mut waiting, Vec::with_capacity(GROUP));
        // In a task of its own, so that a panic loses the answers of one group and not the lane.
        let saving = tokio::spawn(save(saver.clone(), jobs, told));
        told = saving.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a group of posts was lost");
            Told::default()
        });
    }
}

async fn save(saver: Saver, jobs: Vec<Job>, mut told: Told) -> Told {
    let (posts, answers): (Vec<_>, Vec<_>) = jobs
        .into_iter()
        .map(|job| (job.message, job.answer))
        .unzip();
    let results = results(&saver, &posts).await;
    let mut runs = told.runs(&results);
    failpoint!("store::before-answer");
    for (answer, result) in answers.into_iter().zip(results) {
        // Who does not wait any more learns it from the retry.
        let _ = answer.send(result);
    }
    saver.committed.notify_one();
    while !runs.is_empty() {
        failpoint!("store::before-publish");
        for (room, runs) in &mut runs {
            if let Some(run) = runs.pop_front() {
                saver.bus.ready().await;
                saver.bus.publish(Event::Messages(*room, run));
            }
        }
        runs.retain(|_, runs| !runs.is_empty());
        // The sockets begin to send what they have before they get more.
        yield_now().await;
    }
    told
}

async fn results(saver: &Saver, posts: &[NewMessage]) -> Vec<Result<Posted, PostError>> {
    let database = &saver.database;
    match database.within(group::commit(saver, posts)).await {
        Ok(results) => results,
        Err(Failure::Refused(error)) if posts.len() > 1 => {
            tracing::warn!(%error, posts = posts.len(), "a group is saved post by post");
            let mut results = Vec::with_capacity(posts.len());
            for post in posts {
                let alone = database.within(group::commit(saver, std::slice::from_ref(post)));
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
