use std::error::Error;
use std::{mem, slice};

use tokio::sync::mpsc::Receiver;
use tokio::task::yield_now;
use whatscrap_kernel::BackendError;
use whatscrap_messages::Event;

use super::group::{self, Failure, Saved};
use super::task::Task;
use super::told::Told;
use super::{Job, Saver};

/// The most tasks that share a transaction.
const GROUP: usize = 512;

/// Saves what stands in line, group after group, until the line is closed and empty.
pub(super) async fn run(saver: Saver, mut line: Receiver<Job>) {
    let mut waiting = Vec::with_capacity(GROUP);
    let mut told = Told::default();
    while line.recv_many(&mut waiting, GROUP).await > 0 {
        // Who is about to come joins this group instead of waiting for it.
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
            tracing::error!(%error, "a group was lost");
            Told::default()
        });
    }
}

async fn save(saver: Saver, jobs: Vec<Job>, mut told: Told) -> Told {
    let (tasks, answers): (Vec<_>, Vec<_>) =
        jobs.into_iter().map(|job| (job.task, job.answer)).unzip();
    let Saved { results, renamed } = saved(&saver, &tasks).await;
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
    for renamed in renamed {
        saver.bus.publish(Event::Renamed(renamed));
    }
    told
}

async fn saved(saver: &Saver, tasks: &[Task]) -> Saved {
    let database = &saver.database;
    match database.within(group::commit(saver, tasks)).await {
        Ok(whole) => whole,
        Err(Failure::Refused(error)) if tasks.len() > 1 => {
            tracing::warn!(%error, tasks = tasks.len(), "a group is saved one by one");
            let mut all = Saved::default();
            for task in tasks {
                let alone = database.within(group::commit(saver, slice::from_ref(task)));
                let alone = alone.await.unwrap_or_else(|failure| failed(&failure, 1));
                all.results.extend(alone.results);
                all.renamed.extend(alone.renamed);
            }
            all
        }
        Err(failure) => failed(&failure, tasks.len()),
    }
}

fn failed(failure: &Failure, tasks: usize) -> Saved {
    let cause = match failure {
        Failure::Refused(error) => error.to_string(),
        Failure::Unknown(error) => error.source().unwrap_or(error).to_string(),
    };
    tracing::warn!(cause, tasks, "a group was not saved, or nobody knows");
    let unknown = || Err(BackendError::new(cause.clone()).into());
    Saved {
        results: (0..tasks).map(|_| unknown()).collect(),
        ..Saved::default()
    }
}
