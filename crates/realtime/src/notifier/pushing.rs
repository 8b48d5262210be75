use tokio::task::JoinSet;
use whatscrap_messages::notify::{Delivery, Entry, Outcome, Push, Subscription};

use super::Ports;

/// How many people are being told at once.
const AT_ONCE: usize = 1_000;

/// Pushes under way.
pub(super) struct Pushes {
    ports: Ports,
    under_way: JoinSet<Entry>,
}

impl Pushes {
    pub(super) fn new(ports: Ports) -> Self {
        Self {
            ports,
            under_way: JoinSet::new(),
        }
    }

    /// Tells a person's devices; the entry comes back by [`Pushes::done`], or at once if too many
    /// are being told.
    pub(super) fn push(&mut self, entry: Entry, push: Push, to: &[Subscription]) -> Option<Entry> {
        if self.under_way.len() >= AT_ONCE {
            let outcomes = to.iter().map(|device| outcome(device, &Delivery::Busy));
            let outcomes = outcomes.collect();
            return Some(Entry { outcomes, ..entry });
        }
        let (ports, to) = (self.ports.clone(), to.to_vec());
        self.under_way.spawn(async move {
            let mut entry = entry;
            let mut telling = JoinSet::new();
            for device in to {
                telling.spawn(one(ports.clone(), device, push.clone()));
            }
            while let Some(told) = telling.join_next().await {
                entry.outcomes.extend(told);
            }
            entry
        });
        None
    }

    /// The next that is done; `None` if none is under way.
    pub(super) async fn done(&mut self) -> Option<Entry> {
        loop {
            match self.under_way.join_next().await? {
                Ok(entry) => return Some(entry),
                Err(error) => tracing::error!(%error, "a push was lost"),
            }
        }
    }
}

async fn one(ports: Ports, device: Subscription, push: Push) -> Outcome {
    let delivery = ports.pusher.push(&device, &push).await;
    if delivery == Delivery::Gone
        && let Err(error) = ports.subscriptions.forget(device.user, device.id).await
    {
        super::failed(&error);
    }
    outcome(&device, &delivery)
}

fn outcome(device: &Subscription, delivery: &Delivery) -> Outcome {
    Outcome {
        device: device.label(),
        result: delivery.to_string(),
    }
}
