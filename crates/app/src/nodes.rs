//! How this server reaches its other nodes, if it has any.

use std::fmt::Write;
use std::sync::Arc;

use whatscrap_realtime::Hub;
use whatscrap_realtime::nodes::{Ear, NodesBus, RedisCarrier, Truth};
use whatscrap_realtime::notifier::Feed;
use whatscrap_store::{PostgresCarrier, Store};

use crate::Failure;
use crate::config::{Carriage, Config};
use crate::wiring::{self, Domain, Told};

/// Where what happens is told, and how the other nodes are heard.
pub(crate) struct Reach {
    pub(crate) told: Told,
    nodes: Option<(Arc<NodesBus>, Ear)>,
    /// What carries it, in a few words.
    pub(crate) by: &'static str,
}

impl Reach {
    /// As the settings have it.
    pub(crate) fn of(config: &Config, hub: Arc<Hub>, feed: Feed) -> Result<Self, Failure> {
        let (carrier, heard, by): (Arc<dyn whatscrap_messages::Carrier>, _, _) =
            match config.nodes.carriage() {
                Carriage::None => {
                    return Ok(Self {
                        told: wiring::alone(hub, feed),
                        nodes: None,
                        by: "one node",
                    });
                }
                Carriage::Redis => {
                    let url = config.nodes.redis_url().unwrap_or_default();
                    let opened = RedisCarrier::open(url, &installation(config));
                    let (carrier, heard) =
                        opened.map_err(|error| Failure::setting("REDIS_URL", error))?;
                    (Arc::new(carrier), heard, "nodes joined by Redis")
                }
                Carriage::Postgres => {
                    let url = config.storage.database().to_secret_url();
                    let opened = PostgresCarrier::open(&url);
                    let (carrier, heard) = opened.map_err(Failure::cannot)?;
                    (Arc::new(carrier), heard, "nodes joined by PostgreSQL")
                }
            };
        let (told, bus, ear) = wiring::among_nodes(hub, feed, carrier, heard);
        Ok(Self {
            told,
            nodes: Some((bus, ear)),
            by,
        })
    }

    /// The bus to the other nodes, if there are any.
    pub(crate) fn nodes(&self) -> Option<Arc<NodesBus>> {
        self.nodes.as_ref().map(|(bus, _)| bus.clone())
    }

    /// Hears the other nodes, if there are any, for ever.
    pub(crate) fn listen(
        self,
        store: &Store,
        domain: &Domain,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let (bus, ear) = self.nodes?;
        let truth = Truth {
            messages: store.messages.clone(),
            rooms: store.rooms.clone(),
            sessions: store.sessions.clone(),
            remembered_users: domain.services.users.clone(),
            remembered_rooms: domain.services.rooms.clone(),
        };
        Some(bus.listen(ear, truth))
    }
}

/// What this installation is called among those that share a Redis.
fn installation(config: &Config) -> String {
    let key = config
        .nodes
        .secret_key()
        .map(|key| key.derive("the name of its channels"));
    let key = key.unwrap_or_default();
    key[..8].iter().fold(String::new(), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
