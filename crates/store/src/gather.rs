use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use whatscrap_kernel::BackendError;

/// The most questions that share a statement.
const GROUP: usize = 256;
/// How many may wait; whoever asks beyond that waits to be let in.
const QUEUE: usize = 4_096;

/// Questions that wait together are answered together, by one statement: a thousand browsers that
/// come back at once cost a few. One that comes alone is answered alone, at once.
pub(crate) struct Gather<Q, A>(mpsc::Sender<Asked<Q, A>>);

/// A question, and where its asker waits.
type Asked<Q, A> = (Q, oneshot::Sender<Result<A, BackendError>>);

impl<Q: Send + 'static, A: Send + 'static> Gather<Q, A> {
    /// `answer` gets several questions, and answers them in their order.
    pub(crate) fn new<F>(answer: impl Fn(Vec<Q>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>, BackendError>> + Send + 'static,
    {
        let (line, mut asked) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut waiting: Vec<Asked<Q, A>> = Vec::new();
            while asked.recv_many(&mut waiting, GROUP).await > 0 {
                let (questions, askers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
                // In a task of its own, so that a panic fails these and not all that follow.
                let answers = tokio::spawn(answer(questions)).await;
                tell(askers, answers.map_err(BackendError::new).flatten());
            }
        });
        Self(line)
    }

    pub(crate) async fn ask(&self, question: Q) -> Result<A, BackendError> {
        let (asker, answer) = oneshot::channel();
        let sent = self.0.send((question, asker)).await;
        sent.map_err(|_| BackendError::new("nobody answers any more"))?;
        answer.await.map_err(BackendError::new)?
    }
}

/// Whoever does not wait any more needs no answer.
fn tell<A>(
    askers: Vec<oneshot::Sender<Result<A, BackendError>>>,
    answers: Result<Vec<A>, BackendError>,
) {
    match answers {
        Ok(answers) => {
            for (asker, answer) in askers.into_iter().zip(answers) {
                let _ = asker.send(Ok(answer));
            }
        }
        Err(error) => {
            let error = Arc::new(error);
            for asker in askers {
                let _ = asker.send(Err(BackendError::new(Arc::clone(&error))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn questions_that_come_while_one_is_answered_share_the_next_answer() {
        let groups = Arc::new(Mutex::new(Vec::new()));
        let gate = Arc::new(Semaphore::new(0));
        let doubles = Gather::new({
            let (groups, gate) = (groups.clone(), gate.clone());
            move |numbers: Vec<u32>| {
                groups.lock().unwrap().push(numbers.clone());
                let gate = gate.clone();
                async move {
                    gate.acquire().await.unwrap().forget();
                    Ok(numbers.iter().map(|number| number * 2).collect())
                }
            }
        });
        let first = doubles.ask(1);
        let others = async {
            while groups.lock().unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            let (two, three, ()) = tokio::join!(doubles.ask(2), doubles.ask(3), async {
                gate.add_permits(2);
            });
            (two.unwrap(), three.unwrap())
        };
        let (one, others) = tokio::join!(first, others);
        assert_eq!((one.unwrap(), others), (2, (4, 6)));
        assert_eq!(*groups.lock().unwrap(), [vec![1], vec![2, 3]]);
    }

    #[tokio::test]
    async fn a_failure_or_a_panic_is_told_to_all_of_its_group_and_to_no_other() {
        let picky = Gather::new(|words: Vec<&str>| async move {
            match words[0] {
                "panic" => panic!("as asked"),
                "fail" => Err(BackendError::new("as asked")),
                _ => Ok(words),
            }
        });
        assert!(picky.ask("panic").await.is_err());
        assert!(picky.ask("fail").await.is_err());
        assert_eq!(picky.ask("hello").await.unwrap(), "hello");
    }
}
