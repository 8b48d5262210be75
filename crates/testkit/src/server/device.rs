//! A [`Client`] on the wire: it reconnects by itself and never forgets what it
//! was told to say.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::server::client::Client;
use crate::server::person::Person;
use crate::server::site::PATIENCE;
use crate::server::upgrade::RawSocket;

/// Someone's device, always on or trying to be; switched off with the value.
#[derive(Debug)]
pub struct Device {
    client: Arc<watch::Sender<Client>>,
    orders: mpsc::UnboundedSender<Value>,
    cut: Arc<Notify>,
    life: JoinHandle<()>,
}

impl Device {
    /// Switches a device on and waits until it is welcome.
    pub async fn of(person: &Person) -> Self {
        let client = Arc::new(watch::Sender::new(Client::default()));
        let (orders, queue) = mpsc::unbounded_channel();
        let cut = Arc::new(Notify::new());
        let device = Self {
            life: tokio::spawn(live(person.clone(), client.clone(), queue, cut.clone())),
            client,
            orders,
            cut,
        };
        device.until("a welcome", Client::is_welcome).await;
        device
    }

    /// Says something, now or when there is a connection again; returns its
    /// `client_id`.
    pub fn say(&self, room: &str, body: &str) -> String {
        let mut said = String::new();
        self.client.send_modify(|client| {
            let (client_id, frame) = client.say(room, body);
            said = client_id;
            // A device without a connection says it after the next welcome.
            let _ = self.orders.send(frame);
        });
        said
    }

    /// Cuts the connection, as a tunnel does; the device makes another.
    pub fn reconnects(&self) {
        self.cut.notify_one();
    }

    /// What the device knows now.
    pub fn look<T>(&self, at: impl FnOnce(&Client) -> T) -> T {
        at(&self.client.borrow())
    }

    /// Waits until what the device knows `fits`.
    ///
    /// # Panics
    /// With `what` and what it knows instead, if that takes too long.
    pub async fn until(&self, what: &str, mut fits: impl FnMut(&Client) -> bool) {
        let mut changes = self.client.subscribe();
        let waiting = changes.wait_for(|client| fits(client));
        if let Err(late) = timeout(PATIENCE, waiting).await.map(drop) {
            panic!("{late}: no {what}: {:?}", self.client.borrow());
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.life.abort();
    }
}

/// Connects, and connects again, until the device is switched off.
async fn live(
    person: Person,
    client: Arc<watch::Sender<Client>>,
    mut orders: mpsc::UnboundedReceiver<Value>,
    cut: Arc<Notify>,
) {
    loop {
        if let Ok(socket) = person.upgrade().raw().await {
            // Whatever is in the queue is in the outbox, and said after the welcome.
            while orders.try_recv().is_ok() {}
            tokio::select! {
                () = converse(socket, &client, &mut orders) => {}
                () = cut.notified() => {}
            }
        }
        pause().await;
    }
}

/// Runs one connection to its end.
async fn converse(
    mut socket: RawSocket,
    client: &watch::Sender<Client>,
    orders: &mut mpsc::UnboundedReceiver<Value>,
) {
    let mut outgoing = Vec::new();
    client.send_modify(|client| outgoing.push(client.hello()));
    loop {
        for frame in outgoing.drain(..) {
            if socket.send(Message::text(frame.to_string())).await.is_err() {
                return;
            }
        }
        tokio::select! {
            Some(order) = orders.recv() => outgoing.push(order),
            incoming = socket.next() => match incoming {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).expect("the server speaks JSON");
                    client.send_modify(|client| outgoing = client.receive(&frame));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a client that reconnects paces itself"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}
